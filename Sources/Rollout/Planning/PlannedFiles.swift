import FleetModel
public import Inventory
public import Migrations

/// Compares the files that a recorded plan was made with and the files that are there now.
public struct PlannedFiles: Sendable {
    private let library: MigrationLibrary

    /// - Parameter library: the files as they are now.
    public init(library: MigrationLibrary) { self.library = library }

    /// The first file that a rollout may still have to run and that is not what it was, in words.
    ///
    /// - Throws: when the directory of a target was not read.
    public func firstChange(
        in machine: RolloutMachine, of targets: [FleetTarget]
    ) throws(MigrationsError) -> String? {
        var seen: Set<Step> = []
        for target in targets {
            guard let planned = machine.plannedTarget(target.target.id) else { continue }
            let source = target.access.source
            for step in planned.route.steps + planned.back.steps
            where seen.insert(Step(source: source, step: step)).inserted {
                let file = try library.files(of: source).file(for: step)
                guard file?.checksum != step.checksum else { continue }
                let name = "the \(step.direction.rawValue) file of version \(step.version) in \(source.directory)"
                return "\(name) was " + (file == nil ? "removed" : step.checksum == nil ? "added" : "changed")
            }
        }
        return nil
    }

    private struct Step: Hashable {
        let source: MigrationSource
        let step: MigrationStep
    }
}
