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
        way.statements =
            settings.map { Repair.Statement(attempt.text($0)) } + dropping()
            + (hypothesis.done..<attempt.count).map { Repair.Statement(attempt.text($0), number: $0 + 1) }
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
        if let reverse = attempt.reverse, let script = try? reverse.script(), script.refusal == nil {
            let texts = try await branch.effective(script).map { Repair.Statement($0) }
            for statements in [texts, dropping() + texts] where !way.isProven && !statements.isEmpty {
                way.statements = statements
                try await prove(&way, origin, mayBeOne: true)
            }
        }
        if !way.isProven, let now = try await branch.snapshot() {
            let difference = SchemaDifference(expected: origin.snapshot, live: now)
            guard let texts = InverseDDL.statements(difference) else {
                way.statements = []
                way.obstacle = "no statements were found that lead back to the schema of \(attempt.step.from.text)"
                return way
            }
            way.statements = texts.map { Repair.Statement($0) }
            try await prove(&way, origin, mayBeOne: true)
        }
        if !way.isProven {
            way.obstacle = "nothing that was tried leads back to the schema of \(attempt.step.from.text)"
        }
        return way
    }

    /// What takes away the invalid indexes of a concurrent build that failed; one that failed to be dropped is for the
    /// file's own statement.
    private func dropping() -> [Repair.Statement] {
        guard let leftover = hypothesis.leftover, let script = attempt.script,
            script.statements[leftover - 1].buildsConcurrently
        else { return [] }
        return hypothesis.invalid.map { Repair.Statement("DROP INDEX CONCURRENTLY \($0)") }
    }

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
