import FleetModel
import Inventory

/// How the hosts that are asked for their targets differ from a plan: what appeared since is told and never added, and
/// what vanished is named.
struct DiscoveredChanges {
    let appeared: [TargetID]
    let vanished: [TargetID]

    /// Asks the hosts again; nothing is found out about a plan whose targets were selected one by one.
    static func find(_ session: FleetSession, _ plan: Plan) async throws -> DiscoveredChanges {
        let names = Set(plan.environments.map(\.name))
        let discoveries = session.fleet.environments.filter { names.contains($0.name) }.flatMap(\.discoveries)
        guard plan.terms.selection.allSatisfy({ $0.hasPrefix("--env ") }), !discoveries.isEmpty else {
            return DiscoveredChanges(appeared: [], vanished: [])
        }
        let selector = try Selector(environments: names.sorted())
        let selection = try await session.fleet.targets(selecting: selector, resolver: session.resolver)
        let unknown = Set(selection.problems.map { "\($0.environment)/\($0.hostName)/" })
        let there = Set(selection.targets.map(\.target.id))
        let planned = Set(plan.targets.map(\.target.id))
        let known = planned.union(plan.terms.leftOut.map(\.target))
        return DiscoveredChanges(
            appeared: there.subtracting(known).sorted(),
            vanished: planned.subtracting(there).filter { id in
                !unknown.contains { id.rawValue.hasPrefix($0) }
            }.sorted())
    }

    /// The changes in words; nothing where there are none.
    var notes: [String] {
        func list(_ ids: [TargetID]) -> String {
            ids.prefix(5).map(\.rawValue).joined(separator: ", ") + (ids.count > 5 ? " and \(ids.count - 5) more" : "")
        }
        var notes: [String] = []
        if !appeared.isEmpty {
            notes.append(
                "note: \(appeared.count.of("target")) appeared since the plan was made and \(appeared.count == 1 ? "is" : "are") "
                    + "not part of it: \(list(appeared))".harmless)
        }
        if !vanished.isEmpty {
            notes.append("note: \(vanished.count.of("target")) of the plan vanished: \(list(vanished))".harmless)
        }
        return notes
    }
}
