import ArgumentParser
import Foundation
import Inventory
import Migrations

/// Writes the files of a new migration.
struct MigrateCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Write the empty files of a new migration.")

    @OptionGroup var options: FleetOptions

    @Option(
        name: [.customLong("migrations"), .customLong("path")],
        help: ArgumentHelp("The folder, instead of the inventory's.", valueName: "folder"))
    var migrations: String?

    @Flag(help: "Number it one above the last instead of by the time.")
    var seq = false

    @Option(help: "How many digits a number has at least.")
    var digits = 6

    @Option(help: "The files' extension, in golang-migrate's layout.")
    var ext = "sql"

    @Option(
        help: ArgumentHelp(
            "How the time is written: a layout of Go's like 20060102150405, 'unix' or 'unixNano'.", valueName: "layout")
    )
    var format: String?

    @Option(help: ArgumentHelp("The time zone of that time, like Europe/Oslo; UTC by default.", valueName: "name"))
    var tz: String?

    @Argument(help: "What it does, in a few words joined by '_'.")
    var title: String

    private struct Document: Encodable {
        let files: [String]
    }

    func validate() throws {
        guard (1...19).contains(digits) else { throw ValidationError("--digits is from 1 to 19") }
        if seq, format != nil { throw ValidationError("--seq and --format exclude each other") }
        if format?.isEmpty == true { throw ValidationError("--format is empty") }
        if let tz, TimeZone(identifier: tz) == nil { throw ValidationError("--tz: there is no time zone of that name") }
    }

    func run() async throws {
        guard let migrations else {
            return try await options.run { session in try write(for: session.fleet, session.output) }
        }
        try await options.run({ output in
            FleetSession(fleet: try Fleet.addressed([], migrations: migrations).fleet, output: output)
        }) { session in try write(for: session.fleet, session.output) }
    }

    private var numbering: NewMigration.Numbering {
        if seq { return .sequence(digits: digits) }
        return switch format {
        case nil: .time(layout: NewMigration.standardLayout)
        case "unix": .unix
        case "unixNano": .unixNano
        case let layout?: .time(layout: layout)
        }
    }

    private func write(for fleet: Fleet, _ output: Output) throws {
        let zone = tz.flatMap { TimeZone(identifier: $0) }
        let migration = NewMigration(
            title: title, directory: fleet.migrations, numbering: numbering, layout: fleet.layout,
            fileExtension: String(ext.trimmingPrefix(".")),
            secondsFromUTC: zone?.secondsFromGMT(for: Date.now) ?? 0)
        let files = try migration.write()
        try output.write(Document(files: files)) { files }
    }
}
