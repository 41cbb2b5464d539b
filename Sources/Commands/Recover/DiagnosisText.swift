import FleetModel
import Migrations
import Recovery

/// What state a dirty target is in, in sentences that one understands at once.
struct DiagnosisText {
    let diagnosis: Diagnosis

    /// The state.
    var summary: [String] {
        switch diagnosis.verdict {
        case .atWork:
            ["Someone is still at work on it, so nothing was looked at and nothing is changed."]
                + (diagnosis.workers.isEmpty
                    ? ["the session of pgfleet that began it is still there"]
                    : diagnosis.workers.map { $0.description })
        case .proven, .ambiguous: matches
        case .elsewhere:
            [
                "The schema is exactly that of \(list(diagnosis.versions)), and of no state that the record "
                    + "(\(diagnosis.found)) could have come from: someone may have forced a version that it was not on."
            ]
        case .noMatch: nearest
        case .notReplayable: ["What state it is in cannot be proven, because scratch cannot replay the migrations."]
        case .noScratch: ["What state it is in cannot be proven."]
        }
    }

    private var matches: [String] {
        var steps: [MigrationStep] = []
        for match in diagnosis.matches where !steps.contains(match.step) { steps.append(match.step) }
        var sentences: [String] = []
        for step in steps {
            let own = diagnosis.matches.filter { $0.step == step }
            for sentence in self.sentences(own, step) where !sentences.contains(sentence) { sentences.append(sentence) }
        }
        return sentences.enumerated().map { $0 == 0 ? $1 : "Or: \($1)" }
    }

    private func sentences(_ own: [Hypothesis], _ step: MigrationStep) -> [String] {
        guard let first = own.min(by: { $0.done < $1.done }), let last = own.max(by: { $0.done < $1.done }) else {
            return []
        }
        let file = step.direction == .up ? "\(step.version)" : "The down of \(step.version)"
        if first == last { return [sentence(first, file)] }
        if first.isNothing, last.isWhole {
            return [
                "\(step.direction == .up ? "Nothing of \(step.version)" : "Nothing of the down of \(step.version)") is in, "
                    + "or all of it: no schema shows the difference."
            ]
        }
        let start = first.done == 0 ? "nothing of it shows" : "\(StatementSpan(1, through: first.done).subject) in"
        let failed = StatementSpan(first.done + 1, through: min(last.done + 1, last.count)).oneOfThem
        let silent = StatementSpan(first.done + 1, through: last.done).text
        return [
            "\(file) failed at \(failed) of \(first.count)\(last.isWhole ? ", or all of it is in" : ""): \(start); "
                + "whether \(silent) ran, no schema shows."
        ]
    }

    private func sentence(_ match: Hypothesis, _ file: String) -> String {
        let step = match.step
        let other = nothingOfNext(step)
        if match.isNothing {
            return step.direction == .up
                ? "Nothing of \(step.version) is in: the schema is exactly that of version \(step.from.text).\(other)"
                : "Nothing of the down of \(step.version) is in: the schema is exactly that of version \(step.from.text)."
        }
        if match.isWhole {
            let isThere = diagnosis.versions.contains(step.to)
            let whose = step.direction == .up ? "\(step.version)" : "the down of \(step.version)"
            return
                (match.count == 1
                ? "The one statement of \(whose) is in" : "All \(match.count) statements of \(whose) are in")
                + (isThere
                    ? ": the schema is exactly that of version \(step.to.text), and only the record is missing."
                    : ", and that is not the schema of version \(step.to.text).")
        }
        let next = match.done + 1
        let before = match.done == 0 ? "nothing before it is in" : "\(StatementSpan(1, through: match.done).subject) in"
        if let leftover = match.leftover {
            return "\(file) failed at statement \(next) of \(match.count), which left "
                + "\(words(leftover).harmless): \(before).\(other)"
        }
        let missing = StatementSpan(next, through: match.count).subject
        return "\(file) failed at statement \(next) of \(match.count): \(before), \(missing) not.\(other)"
    }

    private func nothingOfNext(_ step: MigrationStep) -> String {
        let next = diagnosis.attempts.first { $0.step.direction == .down && $0.step.version > step.version }
        guard step.direction == .up, let next else { return "" }
        return " Nothing of \(next.step.version) is in."
    }

    private var nearest: [String] {
        let first =
            "No state that the record (\(diagnosis.found)) could have come from has this schema. Nothing is changed."
        guard let nearest = diagnosis.nearest else { return [first] }
        let objects = nearest.findings.count.of("object")
        return [first, "Nearest: \(words(nearest)), from which it differs in \(objects):"]
    }

    /// A hypothesis in a few words.
    func words(_ hypothesis: Hypothesis) -> String {
        let step = hypothesis.step
        if hypothesis.isNothing {
            return "version \(step.from.text), with nothing of the \(step.direction.rawValue) of \(step.version)"
        }
        if hypothesis.isWhole { return "the whole \(step.direction.rawValue) of \(step.version)" }
        let left = hypothesis.leftover.map { "; statement \($0.statement) left \(words($0).harmless)" } ?? ""
        return
            "the \(step.direction.rawValue) of \(step.version), \(hypothesis.done) of \(hypothesis.count.of("statement"))"
            + left
    }

    private func words(_ leftover: Leftover) -> String {
        let names = leftover.names.joined(separator: ", ")
        let isOne = leftover.names.count == 1
        return switch leftover.kind {
        case .built, .dropped, .rebuilt: "the invalid \(isOne ? "index" : "indexes") \(names)"
        case .replaced:
            "the old \(isOne ? "index" : "indexes"), invalid, as \(names) beside the new \(isOne ? "one" : "ones")"
        case .detaching: "the \(isOne ? "partition" : "partitions") \(names) pending detach"
        }
    }

    private func list(_ versions: [Version?]) -> String {
        versions.count == 1
            ? "version \(versions[0].text)" : "versions \(versions.map(\.text).joined(separator: ", "))"
    }
}
