import ArgumentParser
import FleetModel
import Foundation
import Inventory
import Monitor
import Rollout

/// Tells whether every schema is what it should be.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that every target's schema is what its version should look like.",
        discussion: """
            Looks at all selected targets and changes nothing. What a version should look like is found out by \
            replaying the migrations on scratch, a throw-away server or the one that fleet.yaml names, once for each \
            state of the files; where that cannot be done, targets are compared with the majority of those on their \
            version. With --downs, each version's up, its down and its up again are run there, too, to see whether the \
            down brings back what was before. The exit code is 0 when all is well, 3 when a target is dirty, 4 when one \
            differs or a down does not do its work, 1 when one could not be reached or the downs could not be tried.
            """,
        subcommands: [CheckRun.self, CheckHistory.self], defaultSubcommand: CheckRun.self)

    /// The same as a job of a schedule.
    static func result(_ session: FleetSession, _ selector: Selector) async throws -> JobResult {
        let report = try await CheckReport.make(session, selector, heedsSignals: false)
        let summary = report.summary(by: session.me.description)
        return JobResult(
            status: report.status ?? .done, summary: "\(summary.asked.count.of("target")): \(summary.words)",
            document: CheckDocument(report), lines: report.lines(session))
    }
}

/// Makes a check.
struct CheckRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Make a check.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var check: CheckFlags

    func run() async throws {
        try await options.run { session in try await check.run(session, selection.selector()) }
    }
}

/// What a check compares, and how it tells of it.
struct CheckFlags: ParsableArguments {
    /// How a report is written beside text and JSON.
    enum Report: String, CaseIterable, ExpressibleByArgument {
        case junit, sarif, html
    }

    @Option(
        help: ArgumentHelp(
            "Compare with what the migrations lead to (expected), with the majority, or with one target.",
            valueName: "expected|majority|TARGET"))
    var against = "expected"

    @Flag(help: "Tell only of what the last check had not found; the exit code is about that, too.")
    var onlyNew = false

    @Flag(help: "Read every schema, also where the catalogs prove that nothing has changed since the last check.")
    var full = false

    @Flag(
        help: "Prove the ways down, too: run each version's up, down and up on scratch and compare the schemas."
    )
    var downs = false

    @Option(
        help: ArgumentHelp(
            "Write a report to a file as well: junit, sarif or html, and the file's name. Repeatable.",
            valueName: "format=file"))
    var report: [String] = []

    /// Makes a check and tells of it.
    ///
    /// - Throws: a `Failure` with the exit code, unless all is well.
    func run(_ session: FleetSession, _ selector: Selector) async throws {
        let reports = try report.map(ReportFile.init)
        let report = try await CheckReport.make(
            session, selector, against: comparison, isFull: full, provesDowns: downs)
        let shown = onlyNew ? report.onlyNew : report
        try session.output.write(CheckDocument(shown)) { shown.lines(session) }
        for file in reports { try file.write(shown, of: session.fleet.name) }
        if let status = shown.status { throw Failure(status, nil) }
    }

    private func comparison(_ targets: [FleetTarget]) throws -> CheckOptions.Against {
        switch against {
        case "expected": return .expected
        case "majority": return .majority
        default:
            let id = TargetID(rawValue: against)
            guard targets.contains(where: { $0.target.id == id }) else {
                let known = targets.map(\.target.id.rawValue)
                throw Failure(
                    .usage,
                    "--against \(against): neither `expected`, nor `majority`, nor one of the selected targets"
                        + Suggestion.ending(for: against, among: known))
            }
            return .target(id)
        }
    }
}

extension CheckReport {
    /// Makes a check of the selected targets, and keeps it in the store.
    ///
    /// - Parameters:
    ///   - against: what the targets are compared with.
    ///   - provesDowns: whether the ways down of their files are proven, too.
    ///   - heedsSignals: false where the caller heeds them and cancels.
    static func make(
        _ session: FleetSession, _ selector: Selector,
        against: ([FleetTarget]) throws -> CheckOptions.Against = { _ in .expected }, isFull: Bool = false,
        provesDowns: Bool = false, heedsSignals: Bool = true
    ) async throws -> CheckReport {
        let targets = try await session.select(selector)
        let library = try session.library(for: targets)
        let executor = session.executor(for: targets, library: library)
        let store = try await session.store()
        let options = CheckOptions(
            against: try against(targets), rules: session.fleet.check, isFull: isFull, provesDowns: provesDowns,
            folder: session.directory)
        let found = try await session.withScratch(heedsSignals: heedsSignals) { scratch in
            try await FleetCheck(
                targets, executor: executor, library: library, options: options, store: store, scratch: scratch
            ).run { phase in if session.output.isVerbose { session.output.tell("\(phase) …") } }
        }
        await executor.closeIdle()
        return try await found.kept(
            in: store, of: session.fleet.name, by: session.me.description, now: Date.now.inMilliseconds)
    }

    /// The report for people.
    func lines(_ session: FleetSession) -> [String] {
        CheckText(report: self, fleet: session.fleet.name).lines(
            width: session.output.dataWidth, paint: session.output.data.paint)
    }

    /// The exit code; nil for 0.
    var status: ExitStatus? {
        if !targets(.dirty).isEmpty { return .dirty }
        if !targets(.drift).isEmpty || files.contains(where: { $0.verdict == .drift }) { return .drift }
        if !targets(.unreachable).isEmpty || files.contains(where: { $0.verdict == .unknown }) { return .failed }
        return nil
    }

    /// Without what the last check had found, too.
    var onlyNew: CheckReport {
        keeping { $0.isNew }
    }
}
