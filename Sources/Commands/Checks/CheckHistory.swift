import ArgumentParser
import FleetModel
import Foundation
import Inventory
import Store

/// Tells what earlier checks found.
struct CheckHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "List the checks that were made, or what one of them found.")

    @OptionGroup var options: FleetOptions

    @Argument(help: "A check's number, to list what it found.")
    var number: Int64?

    @Option(help: "How many checks are listed.")
    var limit = 20

    func validate() throws {
        guard (1...400).contains(limit) else { throw ValidationError("--limit is a number from 1 to 400") }
    }

    func run() async throws {
        try await options.run { session in
            let store = try await session.storeIfPresent()
            let checks = try await store?.checks(of: session.fleet.name, limit: number == nil ? limit : 400) ?? []
            if let number {
                guard let check = checks.first(where: { $0.number == number }) else {
                    throw Failure(.usage, "there is no check \(number) of \(session.fleet.name) in the store")
                }
                let findings = try await store?.findings(ofCheck: number) ?? []
                let document = CheckHistoryDocument(
                    checks: [.init(check)], findings: findings.map { .init($0.finding, $0.since) })
                try session.output.write(document) { lines(of: check, findings, session.output.data.paint) }
            } else {
                try session.output.write(CheckHistoryDocument(checks: checks.map { .init($0) }, findings: [])) {
                    checks.isEmpty
                        ? ["no check was made yet; make one: pgfleet check"]
                        : table(checks).lines(width: session.output.dataWidth, paint: session.output.data.paint)
                }
            }
        }
    }

    private func table(_ checks: [StoredCheck]) -> Table {
        var table = Table([
            .init(title: "CHECK", isRightAligned: true), .init(title: "TIME"),
            .init(title: "TARGETS", isRightAligned: true),
            .init(title: "RESULT", isFlexible: true), .init(title: "TOOK"), .init(title: "BY"),
        ])
        for check in checks {
            table.add(
                .init("\(check.number)"), .init(Date(milliseconds: check.milliseconds).minuteText),
                .init("\(check.summary.asked.count)"), .init(check.summary.words, check.summary.tint),
                .init(check.summary.seconds.secondsText), .init(check.summary.by, .quiet))
        }
        return table
    }

    private func lines(
        of check: StoredCheck, _ findings: [(finding: StoredFinding, since: Int64)], _ paint: Paint
    ) -> [String] {
        let head =
            paint("Check \(check.number)", .strong) + ", \(Date(milliseconds: check.milliseconds).minuteText): "
            + paint(check.summary.words, check.summary.tint)
        guard !findings.isEmpty else { return [head] }
        var table = Table([.init(title: "TARGET"), .init(title: "FINDING", isFlexible: true), .init(title: "SINCE")])
        for (finding, since) in findings {
            table.add(.init(finding.target.rawValue), .init(finding.key), .init(Date(milliseconds: since).minuteText))
        }
        return [head] + table.lines(indent: 2, width: nil, paint: paint)
    }
}

/// The JSON document of the history.
struct CheckHistoryDocument: Encodable {
    struct Row: Encodable {
        let check, atMs: Int64
        let against, by: String
        let seconds: Double
        let targets: [String: Int]
        let findings: [String: Int]
        let files: [String: Int]

        init(_ check: StoredCheck) {
            self.check = check.number
            atMs = check.milliseconds
            against = check.summary.against
            by = check.summary.by
            seconds = check.summary.seconds
            targets = Dictionary(
                uniqueKeysWithValues: check.summary.targets.map { ($0.key.rawValue, $0.value.count) })
            findings = check.summary.findings
            files = Dictionary(
                uniqueKeysWithValues: (check.summary.files ?? [:]).map { ($0.key.rawValue, $0.value.count) })
        }
    }

    struct Finding: Encodable {
        let target: TargetID
        let key: String
        let sinceMs: Int64

        init(_ finding: StoredFinding, _ since: Int64) {
            target = finding.target
            key = finding.key
            sinceMs = since
        }
    }

    let checks: [Row]
    let findings: [Finding]
}

extension CheckSummary {
    var words: String {
        CheckVerdict.allCases.compactMap { verdict in
            targets[verdict].map { "\($0.count) \(verdict.rawValue)" }
        }.joined(separator: ", ") + fileWords
    }

    private var fileWords: String {
        guard let files else { return "" }
        let words = CheckVerdict.allCases.compactMap { verdict in
            files[verdict].map { "\($0.count) \(verdict.rawValue)" }
        }
        return "; ways down: " + words.joined(separator: ", ")
    }

    var tint: Paint.Tint {
        if targets[.dirty] != nil || targets[.unreachable] != nil { return .bad }
        return targets[.drift] != nil || files?[.drift] != nil ? .warning : .good
    }
}
