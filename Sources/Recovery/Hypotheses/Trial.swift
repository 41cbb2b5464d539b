internal import FleetModel
internal import Migrations
internal import Postgres
internal import SQL
internal import Schema

/// Plays an attempt on scratch, statement by statement, and compares what there is after each with the target.
struct Trial {
    let attempt: Attempt
    let line: ScratchLine
    let live: Sight
    let bench: ScratchBench

    /// All states that the attempt can have left.
    ///
    /// - Throws: where not even the version that it begins on can be made on scratch.
    func play() async throws(ScratchObstacle) -> Play {
        let database = try await bench.copy(of: try await bench.template(attempt.step.from, line))
        let session = try await bench.session(on: database, line)
        let play: Result<Play, ScratchObstacle>
        do {
            play = .success(try await statements(on: session, database))
        } catch {
            play = .failure(.init(kind: .notReplayable, message: "\(attempt.name) on scratch: \(error.message)"))
        }
        await session.close()
        await bench.drop(database)
        return try play.get()
    }

    private func statements(
        on session: TargetSession, _ database: ScratchDatabase
    ) async throws(TargetFailure) -> Play {
        var play = Play(attempt)
        var states = States(scope: line.scope, live: live)
        play.hypotheses.append(hypothesis(0, try await states.look(session)))
        guard let script = attempt.script else { return play }
        guard script.refusal == nil else { return try await whole(script, play, states, on: session) }
        try await session.beginPlaying()
        var group = 0
        for (index, statement) in script.statements.enumerated() {
            let known = states.latest
            var isDone = false
            // Within a transaction of the file, what works in several is refused.
            if group == index {
                let invalid = try await session.invalidated(before: statement)
                if !invalid.isEmpty {
                    let leftover = Leftover(kind: .dropped, statement: index + 1, names: invalid.map(\.name))
                    play.hypotheses.append(hypothesis(index, try await states.look(session), leaving: leftover))
                    try await session.mark(invalid, valid: true)
                }
                for interruption in try await session.interruptions(of: statement) {
                    let leftover = try await bench.interrupt(
                        attempt.text(index), number: index + 1, on: session, of: database, line, by: interruption)
                    guard let leftover else { continue }
                    play.hypotheses.append(hypothesis(index, try await states.look(session), leaving: leftover))
                    try await session.clear(leftover)
                    isDone = leftover.kind == .detaching
                }
            }
            let before = statement.buildsConcurrently ? try await session.indexes() : []
            let hasLasted: Bool
            do {
                hasLasted = isDone ? true : try await session.play(attempt.text(index))
            } catch {
                play.failure = (index + 1, error.message)
                return play
            }
            guard hasLasted else { continue }
            let new = statement.buildsConcurrently ? try await session.indexes().filter { !before.contains($0) } : []
            if !new.isEmpty {
                try await session.mark(new, valid: false)
                let leftover = Leftover(kind: .built, statement: index + 1, names: new.map(\.name))
                play.hypotheses.append(hypothesis(index, try await states.look(session), leaving: leftover))
                try await session.mark(new, valid: true)
            }
            let state = try await states.look(session)
            for number in group...index { play.changes[number] = state.fingerprint != known }
            group = index + 1
            play.hypotheses.append(hypothesis(index + 1, state))
        }
        if group < script.statements.count {
            play.failure = (nil, "the file begins a transaction and does not end it")
        }
        return play
    }

    /// A text that the grammar cannot divide is played as a whole.
    private func whole(
        _ script: Script, _ play: Play, _ states: States, on session: TargetSession
    ) async throws(TargetFailure) -> Play {
        var (play, states) = (play, states)
        try await session.beginPlaying()
        do {
            _ = try await session.play(script.text)
        } catch {
            play.failure = (nil, error.message)
            return play
        }
        let state = try await states.look(session)
        play.hypotheses.append(
            Hypothesis(
                step: attempt.step, done: 1, count: 1, leftover: nil, place: nil, fingerprint: state.fingerprint,
                findings: state.findings))
        return play
    }

    private func hypothesis(_ done: Int, _ state: States.State, leaving leftover: Leftover? = nil) -> Hypothesis {
        Hypothesis(
            step: attempt.step, done: done, count: attempt.script?.refusal == nil ? attempt.count : 1,
            leftover: leftover, place: attempt.place(done), fingerprint: state.fingerprint, findings: state.findings)
    }
}

/// The states of a scratch database, one look after the other, each compared with the target. A look after nothing has
/// changed costs no more than a mark.
struct States {
    struct State {
        let fingerprint: SchemaFingerprint
        let findings: [SchemaFinding]
    }

    let scope: CatalogScope
    let live: Sight
    private var last: (mark: CatalogMark, state: State)?

    init(scope: CatalogScope, live: Sight) {
        self.scope = scope
        self.live = live
    }

    /// What the last look found.
    var latest: SchemaFingerprint? { last?.state.fingerprint }

    mutating func look(_ session: TargetSession) async throws(TargetFailure) -> State {
        let look = try await session.fingerprint(scope, since: last?.mark)
        guard let fingerprint = look.fingerprint else {
            guard let last else { throw .withoutFingerprint }
            return last.state
        }
        if let last, last.state.fingerprint == fingerprint {
            self.last = (look.mark, last.state)
            return last.state
        }
        let kinds = live.fingerprint.kinds(differingFrom: fingerprint)
        var findings: [SchemaFinding] = []
        if !kinds.isEmpty {
            let snapshot = try await session.snapshot(scope, of: kinds)
            findings = SchemaDifference(expected: snapshot, live: live.snapshot, kinds: kinds).findings
        }
        let state = State(fingerprint: fingerprint, findings: findings)
        last = (look.mark, state)
        return state
    }
}
