internal import FleetModel
internal import Migrations
internal import SQL
internal import Schema

/// Finds the ways out of a state in which a part of a file is in, and tries each on scratch.
struct Repairs {
    let branch: Branch
    let play: Play
    /// The schema of the version that the file begins on, and of the one that it leads to; nil where scratch has none.
    let origin: Sight?
    let goal: Sight?

    private var hypothesis: Hypothesis { branch.hypothesis }
    private var attempt: Attempt { branch.attempt }

    /// The statements that are missing, after the settings of those that are in.
    func finish() async throws(ScratchObstacle) -> Way {
        var way = Way(.finish, to: attempt.step.to)
        way.finishes = attempt.step
        way.unprovable = play.unprovable(1, hypothesis.done)
        guard let script = attempt.script, let goal else {
            way.obstacle = "scratch does not get to \(attempt.step.to.text): " + (play.failure?.message ?? "")
            return way
        }
        if let failure = play.failure {
            let place = failure.statement.map { "statement \($0)" } ?? "the file"
            way.obstacle =
                "\(place) fails on scratch, too, which has no rows: \(failure.message). Correct the file first"
            return way
        }
        let settings = script.statements.prefix(hypothesis.done).indices.filter {
            script.statements[$0].kind.changesSettings
        }
        let next = hypothesis.leftover.map { $0.isDoneWhenCleared ? $0.statement : $0.statement - 1 } ?? hypothesis.done
        way.statements =
            (settings.map { attempt.text($0) } + clearing).map { Repair.Statement($0) }
            + (next..<attempt.count).map { Repair.Statement(attempt.text($0), number: $0 + 1) }
        let asksForNone = script.directives.transaction == false
        try await prove(&way, goal, mayBeOne: !asksForNone)
        if !way.isProven, way.obstacle == nil {
            way.obstacle =
                "it does not lead to the schema of \(attempt.step.to.text): \(attempt.name) does not bring it about"
        }
        return way
    }

    /// What takes the statements back that are in: those of the other file that have something to do here, or else what
    /// is made from the difference to the schema before.
    func undo() async throws(ScratchObstacle) -> Way {
        var way = Way(.undo, to: attempt.step.from)
        way.unprovable = play.unprovable(1, hypothesis.done)
        guard let origin else {
            way.obstacle = "scratch does not get to \(attempt.step.from.text)"
            return way
        }
        var tried: [String] = []
        for first in clearing.isEmpty ? [[]] : [[], clearing] {
            tried = first + (try await reversing(after: first))
            if !tried.isEmpty, try await prove(&way, origin, tried) { return way }
        }
        let made = try await inverse(to: origin, after: [])
        if let made, try await prove(&way, origin, made) { return way }
        // What the other file leaves: a constraint that DETACH PARTITION made, say.
        if !tried.isEmpty, let rest = try await inverse(to: origin, after: tried),
            try await prove(&way, origin, tried + rest)
        {
            return way
        }
        if made == nil { way.statements = [] }
        way.obstacle =
            made == nil
            ? "no statements were found that lead back to the schema of \(attempt.step.from.text)"
            : "nothing that was tried leads back to the schema of \(attempt.step.from.text)"
        return way
    }

    /// The statements of the file for the other direction that have something to do after others.
    private func reversing(after first: [String]) async throws(ScratchObstacle) -> [String] {
        guard let reverse = attempt.reverse, let script = try? reverse.script(), script.refusal == nil else {
            return []
        }
        return try await branch.effective(script, after: first)
    }

    /// Statements made from what stands between this state, after some statements, and a schema; nil where none are.
    private func inverse(to goal: Sight, after first: [String]) async throws(ScratchObstacle) -> [String]? {
        guard let now = try await branch.snapshot(after: first) else { return nil }
        return InverseDDL.statements(SchemaDifference(expected: goal.snapshot(), live: now))
    }

    /// Whether statements that undo lead where they should; the way has them then.
    private func prove(_ way: inout Way, _ goal: Sight, _ texts: [String]) async throws(ScratchObstacle) -> Bool {
        way.statements = texts.map { Repair.Statement($0) }
        try await prove(&way, goal, mayBeOne: true)
        return way.isProven
    }

    /// What clears away that a statement failed between two of its transactions.
    private var clearing: [String] { hypothesis.leftover?.clearing ?? [] }

    /// Runs the way on scratch: in one transaction where that is possible, else one by one.
    private func prove(_ way: inout Way, _ goal: Sight, mayBeOne: Bool) async throws(ScratchObstacle) {
        let script = try? Script(Array(way.texts.joined(separator: ";\n").utf8), runsInTransaction: false)
        way.losses = script.map { $0.losses + (way.kind == .undo ? $0.changes : []) } ?? []
        let mayBeOne = mayBeOne && script.map { $0.refusal != nil || $0.transactions == .one } ?? false
        for isOne in mayBeOne ? [true, false] : [false] {
            guard case .success(let sight) = try await branch.run(way.texts, inOneTransaction: isOne) else { continue }
            way.isProven = sight.differences(of: goal).isEmpty
            way.isOneTransaction = isOne
            way.goal = goal
            if way.isProven { return }
        }
    }
}

extension Script {
    /// What its statements lose that nothing brings back.
    var losses: [String] {
        hazards.filter(\.hazard.losesData).map { "statement \($0.statement + 1) \($0.action)" }
    }
}

extension Script {
    /// What its statements may do to rows of which nobody knows whether the statements of the file wrote them.
    var changes: [String] {
        statements.enumerated().filter { $1.kind.changesData }.map {
            "statement \($0 + 1) may change rows: \($1.excerpt)"
        }
    }
}

extension Version? {
    /// The version as people read it; nothing applied is `none`.
    var text: String { map { "\($0)" } ?? "none" }
}
