import FleetModel
import Migrations
import Recovery
import Schema

/// One target's recovery for people: what state it is in, what can be done, what was done.
struct RecoveryText {
    let result: RecoveryResult
    let operand: String?
    let paint: Paint

    init(_ result: RecoveryResult, operand: String?, _ paint: Paint) {
        self.result = result
        self.operand = operand
        self.paint = paint
    }

    private static let listedFindings = 20

    var lines: [String] {
        guard let diagnosis = result.diagnosis else {
            guard let failure = result.failure else {
                return [paint("✓", .good) + " \(result.target.id) is not dirty any more", ""]
            }
            return [failure.sign(paint) + " \(result.target.id)"] + FailureText.lines(failure, indent: 2, paint: paint)
                + [""]
        }
        let sign = result.isDirty ? paint("✗", .bad) : paint("✓", .good)
        var lines = ["\(sign) \(result.target.id), dirty on \(diagnosis.found.version.text)"]
        lines += state(diagnosis).map { "  " + $0 }
        if let after = result.after, let way = result.way {
            lines.append("  " + paint("✓", .good) + " \(taken(way)). It is recorded as \(after), proven by its schema.")
        } else {
            lines += ways(diagnosis).map { "  " + $0 }
            if let way = result.way { lines.append("  '\(way.name)' was begun and did not end well:") }
            if let failure = result.failure { lines += FailureText.lines(failure, indent: 2, paint: paint) }
            if let refusal = result.refusal { lines.append("  " + paint(refusal, .warning)) }
            if result.failure == nil { lines += advice(diagnosis).map { "  " + paint("→ ", .active) + $0 } }
        }
        return lines + [""]
    }

    /// What is shown before it is asked.
    func question(_ way: Way) -> [String] {
        guard let diagnosis = result.diagnosis else { return [] }
        var lines = ["\(result.target.id), dirty on \(diagnosis.found.version.text)"]
        lines += state(diagnosis).map { "  " + $0 }
        lines.append("  " + paint("\(way.name): ", .strong) + explanation(way))
        return lines + details(way).map { "    " + $0 }
    }

    private func state(_ diagnosis: Diagnosis) -> [String] {
        let text = DiagnosisText(diagnosis: diagnosis)
        var lines = text.summary.enumerated().map { $0 == 0 ? paint($1, .strong) : $1 }
        if diagnosis.matches.count == 1, let match = diagnosis.matches.first, !match.isNothing, let place = match.place
        {
            lines.append("  at \(FailureText.shortened(place.file)):\(place.line):\(place.column)")
            if let excerpt = place.excerpt { lines.append("  " + paint("  " + excerpt.harmless.cut(to: 72), .quiet)) }
        }
        switch diagnosis.witness {
        case .progress: lines.append("pgfleet.progress agrees: \(diagnosis.progress.map { "\($0)" } ?? "").")
        case .contradicted:
            lines.append(
                "pgfleet.progress tells otherwise (\(diagnosis.progress.map { "\($0)" } ?? "")): the schema was changed since."
            )
        case .operator: lines.append("So you say with --done.")
        case nil: break
        }
        if !diagnosis.unprovable.isEmpty {
            let them = diagnosis.unprovable.count == 1 ? "it" : "they"
            lines.append("Not to be proven by a schema, whether \(them) ran:")
            lines += diagnosis.unprovable.prefix(8).map {
                "  statement \($0.statement), line \($0.line): \($0.excerpt.harmless.cut(to: 60))"
            }
            if diagnosis.unprovable.count > 8 { lines.append("  and \(diagnosis.unprovable.count - 8) more") }
        }
        lines += findings(diagnosis)
        return lines + diagnosis.remarks.map { paint("note:", .warning) + " \($0.harmless)" }
    }

    private func findings(_ diagnosis: Diagnosis) -> [String] {
        guard diagnosis.matches.isEmpty, let nearest = diagnosis.nearest, diagnosis.verdict == .noMatch else {
            return []
        }
        return Self.lines(of: nearest.findings, paint)
    }

    /// A difference, object by object: `-` what should be there, `+` what is.
    static func lines(of findings: [SchemaFinding], _ paint: Paint) -> [String] {
        var lines: [String] = []
        for finding in findings.prefix(listedFindings) {
            lines.append("  \(finding.word) \(finding.identity.description.harmless)")
            lines += DefinitionDiff.painted(expected: finding.expected, live: finding.live, paint).prefix(12).map {
                "    " + $0
            }
        }
        if findings.count > listedFindings { lines.append("  and \(findings.count - listedFindings) more") }
        return lines
    }

    private func ways(_ diagnosis: Diagnosis) -> [String] {
        guard !diagnosis.ways.isEmpty else { return [] }
        var lines = ["What can be done, the safest first:"]
        for (number, way) in diagnosis.ways.enumerated() {
            let name = way.isAvailable ? paint(way.name, .strong) : way.name
            lines.append("  \(number + 1). \(name): \(explanation(way))")
            lines += details(way).map { "     " + $0 }
        }
        return lines
    }

    private func explanation(_ way: Way) -> String {
        if let obstacle = way.obstacle { return "not possible: \(obstacle.harmless)" }
        switch way.kind {
        case .clean: return "run nothing, and record version \(way.version.text) as clean"
        case .finish:
            let numbers = way.statements.compactMap(\.number)
            guard let first = numbers.first, let last = numbers.last else {
                return "end what the statement began, \(manner(way)), then record version \(way.version.text) as clean"
            }
            return
                "run \(StatementSpan(first, through: last).text) \(manner(way)), then record version \(way.version.text) as clean"
        case .undo: return "take back what is in, \(manner(way)), then record version \(way.version.text) as clean"
        case .restore: return "restore a backup from before the migration, by hand"
        }
    }

    private func manner(_ way: Way) -> String {
        way.isOneTransaction ? "in one transaction" : "outside of a transaction"
    }

    private func details(_ way: Way) -> [String] {
        guard way.isAvailable else { return [] }
        var lines: [String] = []
        if way.kind == .undo || way.statements.contains(where: { $0.number == nil }) {
            lines += way.texts.map { paint($0.harmless.cut(to: 90) + ";", .quiet) }
        }
        var facts: [String] = [way.kind == .clean ? "proven by the schema" : "proven on scratch"]
        if way.isAmbiguous { facts = ["the schema fits; what it does not show decides"] }
        facts += way.losses.map { "loses: \($0.harmless)" }
        if !way.unprovable.isEmpty {
            facts.append("whether \(way.unprovable.map(\.statement).statementsText) ran, no schema shows")
        }
        return lines + facts
    }

    private func taken(_ way: Way) -> String {
        switch way.kind {
        case .clean: "Nothing was run"
        case .finish:
            "\(way.statements.count.of("statement")) \(way.statements.count == 1 ? "was" : "were") run \(manner(way))"
        case .undo: "What was in was taken back \(manner(way))"
        case .restore: "Nothing was run"
        }
    }

    private func advice(_ diagnosis: Diagnosis) -> [String] {
        let place = operand ?? "--target \(result.target.id.argument)"
        switch diagnosis.verdict {
        case .atWork: return ["Wait for it: pgfleet recover \(place) --wait 5m"]
        case .noMatch, .notReplayable, .noScratch:
            return [
                "Repair it by hand, look again, or say which version it is: pgfleet migrate force VERSION \(place) --reason …"
            ]
        case .proven, .ambiguous, .elsewhere:
            if let way = diagnosis.safest { return ["pgfleet recover \(place) --apply    (\(way.name))"] }
            let names = diagnosis.ways.filter { $0.isAvailable && $0.isProven }.map(\.name)
            guard let name = names.first else { return [] }
            return [
                "Find out what the schema does not show, then: pgfleet recover \(place) --apply --way \(name)"
                    + names.dropFirst().map { ", or --way \($0)" }.joined()
            ]
        }
    }
}
