import ArgumentParser
import FleetModel
import Foundation
import Rollout
import Store

/// Writes what happened in a rollout as a document for a change ticket.
struct RolloutReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write what happened in a rollout as a page for a change ticket.",
        usage: "pgfleet rollout report [<rollout>] --html [--file <path>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout report --html --file change-1234.html
              pgfleet rollout report 20261126-1819 --html > report.html

            The page holds everything itself: no script, nothing that is loaded from \
            elsewhere. It is read in light and in dark, and it can be printed.
            """)

    @OptionGroup var options: FleetOptions

    @Flag(help: "Write a page of HTML.")
    var html = false

    @Option(help: ArgumentHelp("Where to; by default to standard output.", valueName: "path"))
    var file: String?

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func validate() throws {
        guard html else { throw ValidationError("add --html: a page of HTML is the one form that there is") }
    }

    func run() async throws {
        try await options.run { session in
            let record = try await RolloutLookup.find(rollout, session)
            let page = ReportPage(record: record, now: .now).text
            guard let file else { return Output.put(page, 1) }
            do {
                try Data(page.utf8).write(to: URL(filePath: file), options: .atomic)
            } catch {
                throw Failure(.failed, "\(file) cannot be written: \(error.localizedDescription)")
            }
            session.output.tell("the report of rollout \(record.id) is in \(file.harmless)")
        }
    }
}
