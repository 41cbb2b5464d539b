import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Drops all that a target's schema holds.
struct MigrateDrop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Drop everything that the database's schema holds.",
        discussion: """
            Tables, views, sequences, functions, types and all else in the target's schema, in one transaction; what \
            belongs to an extension stays, and so do the schema itself and pgfleet.history. Nothing is dropped when something in \
            another schema depends on it.
            """)

    @OptionGroup var options: MigrateOptions

    @Flag(name: [.long, .customShort("y")], help: "Do it without a question.")
    var yes = false

    private struct Document: Encodable {
        let target: TargetID
        let schema: String
        let dropped: [String: Int]
    }

    func run() async throws {
        try await options.onEach { target in
            let executor = try target.openWithoutFiles()
            let output = target.session.output
            let contents = try await executor.contents(of: target.id)
            if !yes {
                output.tell(
                    "\(target.id): the schema \(contents.schema.harmless) holds \(Self.text(contents)), which will be "
                        + "dropped with all data.")
                try await Question.typed(
                    target.target.target.database, to: "drop all of it", flag: "--yes", output: output)
            }
            let dropped = try await executor.drop(target.id)
            return SingleTarget.Outcome(
                document: .init(body: Document(target: target.id, schema: dropped.schema, dropped: dropped.counts)),
                lines: [output.data.paint("✓", .good) + " \(target.id): dropped \(Self.text(dropped))"])
        }
    }

    /// `3 tables, 1 view`.
    private static func text(_ contents: SchemaContents) -> String {
        let parts = contents.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { $0.value.of($0.key) }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }
}
