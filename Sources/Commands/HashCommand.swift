import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Writes down what the migrations' files are, so that a change is noticed.
struct HashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash", abstract: "Write pgfleet.sum, by which edited migrations are noticed.",
        discussion: """
            Beside the migrations, for every directory of the inventory. Once it is there, plan, rollout and migrate \
            refuse files that were edited, added, removed or renamed since. Commit it together with the migrations; two \
            branches that both change them conflict in it, so that somebody looks at their order.
            """)

    @OptionGroup var options: FleetOptions

    private struct Document: Encodable {
        struct Sum: Encodable {
            let file, total: String
            let files: Int
            let changed: Bool
        }
        let sums: [Sum]
    }

    func run() async throws {
        try await options.run { session in
            let sums = try MigrationLibrary(session.fleet.migrationSources).all.map { set in
                let sum = DirectorySum(set)
                let (path, isNew) = try sum.write(to: set.directory)
                return Document.Sum(file: path, total: sum.total, files: sum.files.count, changed: isNew)
            }
            try session.output.write(Document(sums: sums)) {
                sums.map { "\($0.file): \($0.files.of("file"))\($0.changed ? "" : ", as it was")" }
            }
        }
    }
}

extension Fleet {
    /// The sources of all targets, and the fleet's own directory.
    var migrationSources: [MigrationSource] {
        let sources = targets.map(\.access.source)
        guard !sources.contains(where: { $0.directory == migrations }) else { return sources }
        return sources + [MigrationSource(directory: migrations, layout: layout)]
    }
}
