public import FleetModel
internal import SQL
public import Schema

/// One state that an attempt may have left: so many of its statements lasted.
public struct Hypothesis: Sendable, Hashable {
    /// The file that began.
    public let step: MigrationStep
    /// How many of its statements lasted, from the first one on.
    public let done: Int
    /// How many it has.
    public let count: Int
    /// What the statement after them left; nil for nothing.
    public let leftover: Leftover?
    /// Where in the file the first statement is that did not last; nil where all did.
    public let place: TargetFailure.Place?
    /// The schema, as scratch has it.
    public let fingerprint: SchemaFingerprint
    /// In what the target differs from it; empty where it does not.
    public let findings: [SchemaFinding]

    /// Whether the target's schema is this one.
    public var isMatch: Bool { findings.isEmpty }
    /// Whether nothing of the file lasted.
    public var isNothing: Bool { done == 0 && leftover == nil }
    /// Whether the whole file lasted, and only its version was not recorded.
    public var isWhole: Bool { done == count && leftover == nil }
}

/// What playing an attempt on scratch brought: the same for all targets that can have become dirty by it.
struct Play: Sendable {
    /// What there is after so many statements.
    struct State: Sendable {
        let done: Int
        var leftover: Leftover?
        let sight: Sight
    }

    let attempt: Attempt
    /// In the order of the statements; not those within a transaction of the file, which last together or not at all.
    var states: [State] = []
    /// By statement: whether the schema changed by it; nil where it was not reached.
    var changes: [Bool?]
    /// The statement, from 1, that fails on scratch, and what the server said.
    var failure: (statement: Int?, message: String)?

    init(_ attempt: Attempt) {
        self.attempt = attempt
        changes = Array(repeating: nil, count: attempt.count)
    }

    /// The states as hypotheses on a target.
    func hypotheses(on live: Sight) -> [Hypothesis] {
        states.map { state in
            Hypothesis(
                step: attempt.step, done: state.done, count: attempt.script?.refusal == nil ? attempt.count : 1,
                leftover: state.leftover, place: attempt.place(state.done), fingerprint: state.sight.fingerprint,
                findings: state.sight.differences(of: live))
        }
    }

    /// Of matches, those of this attempt; one of them where nothing but statements without an effect here lies between
    /// them (CREATE TABLE IF NOT EXISTS where there is one), so that it is no matter which.
    func collapsed(_ matches: [Hypothesis]) -> [Hypothesis] {
        let own = matches.filter { $0.step == attempt.step }
        guard let first = own.min(by: { $0.done < $1.done }), let last = own.max(by: { $0.done < $1.done }),
            unprovable(first.done + 1, last.done).isEmpty
        else { return own }
        if first.isNothing, last.isWhole { return first == last ? [first] : [first, last] }
        return last.isWhole ? [last] : [first]
    }

    /// The statements from `first` to `last` (from 1) of which the schema cannot tell whether they ran.
    func unprovable(_ first: Int, _ last: Int) -> [UnprovableStatement] {
        guard let script = attempt.script, first <= last else { return [] }
        guard script.refusal == nil else {
            return [
                UnprovableStatement(statement: 1, line: 1, excerpt: "the whole file, which the grammar cannot divide")
            ]
        }
        return (first...last).compactMap { number in
            guard script.statements.indices.contains(number - 1) else { return nil }
            let statement = script.statements[number - 1]
            let isSeen = changes[number - 1] == true || statement.kind.isSeenInSchema
            guard statement.kind.changesData || !isSeen else { return nil }
            return UnprovableStatement(
                statement: number, line: statement.place.line, excerpt: statement.excerpt)
        }
    }
}
