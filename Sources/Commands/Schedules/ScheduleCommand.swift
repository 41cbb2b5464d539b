import ArgumentParser
import FleetModel
import Inventory

/// The group of commands about what runs by itself.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Run what 'schedules' in fleet.yaml name, and see what became of it.",
        discussion: """
            EXAMPLES
              pgfleet schedule list                  when each is due next
              pgfleet schedule run nightly           run it now
              pgfleet schedule run nightly --if-due  for timers
              pgfleet schedule history nightly       its last runs
              pgfleet schedule systemd --write /etc/systemd/system
              pgfleet schedule kubernetes --image registry.example/shop:1
            """,
        subcommands: [
            ScheduleList.self, ScheduleRunCommand.self, ScheduleHistory.self, ScheduleSystemd.self,
            ScheduleKubernetes.self,
        ])
}

extension FleetSession {
    /// A schedule of the inventory by its name.
    ///
    /// - Throws: `usage` where it has none of that name.
    func schedule(named name: String) throws -> Schedule {
        if let schedule = fleet.schedules.first(where: { $0.name == name }) { return schedule }
        let names = fleet.schedules.map(\.name)
        throw Failure(
            .usage,
            names.isEmpty
                ? "\(fleet.file) has no 'schedules'"
                : "\(fleet.file) has no schedule \(name.harmless)\(Suggestion.ending(for: name, among: names))")
    }

    /// The one that is named, or all of them.
    func schedules(named name: String?) throws -> [Schedule] {
        if let name { return [try schedule(named: name)] }
        guard !fleet.schedules.isEmpty else { throw Failure(.usage, "\(fleet.file) has no 'schedules'") }
        return fleet.schedules
    }
}
