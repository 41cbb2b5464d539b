import ArgumentParser
import Inventory
import Migrations

/// Writes the files of a new migration.
struct MigrateCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Write the empty up and down files of a new migration.")

    @OptionGroup var options: FleetOptions

    @Flag(help: "Number it one above the last instead of by the time.")
    var seq = false

    @Option(help: "How many digits a number has at least.")
    var digits = 6

    @Option(help: "The files' extension.")
    var ext = "sql"

    @Argument(help: "What it does, in a few words joined by '_'.")
    var title: String

    private struct Document: Encodable {
        let files: [String]
    }

    func validate() throws {
        guard (1...19).contains(digits) else { throw ValidationError("--digits is from 1 to 19") }
    }

    func run() async throws {
        try await options.run { session in
            let migration = NewMigration(
                title: title, directory: session.fleet.migrations,
                numbering: seq ? .sequence(digits: digits) : .timestamp,
                fileExtension: String(ext.trimmingPrefix(".")))
            let files = try migration.write()
            try session.output.write(Document(files: files)) { files }
        }
    }
}
