import ArgumentParser
import FleetModel
import Foundation
import Inventory

/// Prints units for systemd.
struct ScheduleSystemd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "systemd", abstract: "Print a systemd unit and its timer for a schedule, or for all.",
        discussion: """
            EXAMPLES
              pgfleet schedule systemd nightly
              pgfleet schedule systemd --write /etc/systemd/system && systemctl daemon-reload
              systemctl enable --now pgfleet-shop-nightly.timer
            """)

    @OptionGroup var options: FleetOptions

    @Argument(help: "The schedule's name; all by default.")
    var name: String?

    @Option(help: ArgumentHelp("Where the program is there; where it is now by default.", valueName: "path"))
    var program: String?

    @Option(
        help: ArgumentHelp("The inventory's folder there; where it is now by default.", valueName: "path"))
    var directory: String?

    @Option(help: ArgumentHelp("Whom it runs as.", valueName: "name"))
    var user = "pgfleet"

    @Option(
        help: ArgumentHelp("Write the files into this folder, instead of printing them.", valueName: "folder"),
        completion: .directory)
    var write: String?

    private struct Document: Encodable {
        let files: [DeployedFile]
    }

    func validate() throws {
        for (option, path) in [("--program", program), ("--directory", directory)] {
            if let path, !path.hasPrefix("/") { throw ValidationError("\(option) is an absolute path") }
        }
        guard !user.isEmpty, user.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) })
        else {
            throw ValidationError("--user is the name of a user")
        }
    }

    func run() async throws {
        try await options.run { session in
            let here = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let files = try session.schedules(named: name).flatMap { schedule -> [DeployedFile] in
                let units = SystemdUnits(
                    schedule: schedule, fleet: session.fleet, program: program ?? here ?? "/usr/bin/pgfleet",
                    config: DeployedPath(session.fleet, directory: directory), user: user, now: .now)
                do throws(RefusedTiming) {
                    return try units.files()
                } catch {
                    throw Failure(.usage, "schedule \(schedule.name): \(error.message)")
                }
            }
            if let write {
                for file in files {
                    do {
                        try Data(file.text.utf8).write(
                            to: URL(fileURLWithPath: write).appending(path: file.name), options: .atomic)
                    } catch {
                        throw Failure(.failed, "\(write)/\(file.name) cannot be written")
                    }
                }
            }
            try session.output.write(Document(files: files)) {
                if let write { return files.map { "\(write)/\($0.name)" } }
                return files.flatMap { file in
                    ["# /etc/systemd/system/\(file.name)"]
                        + file.text.split(separator: "\n", omittingEmptySubsequences: false)
                        .map(String.init)
                }.dropLast()
            }
        }
    }
}
