internal import FleetModel
internal import Migrations
internal import Postgres
internal import SQL
internal import Schema

/// Plays an attempt on scratch, statement by statement, and looks at what there is after each.
struct Trial {
    let attempt: Attempt
    let line: ScratchLine
    let bench: ScratchBench

    /// All states that the attempt can have left.
    ///
    /// - Throws: where not even the version that it begins on can be made on scratch.
    func play() async throws(ScratchObstacle) -> Play {
        let database = try await bench.copy(of: try await bench.template(attempt.step.from, line))
        let origin = try await bench.sight(of: attempt.step.from, line)
        let session = try await bench.session(on: database, line)
        let play: Result<Play, ScratchObstacle>
        do {
            play = .success(try await statements(on: session, database, origin))
        } catch {
            play = .failure(.init(kind: .notReplayable, message: "\(attempt.name) on scratch: \(error.message)"))
        }
        await session.close()
        await bench.drop(database)
        return try play.get()
    }

    private func statements(
        on session: TargetSession, _ database: ScratchDatabase, _ origin: Sight
    ) async throws(TargetFailure) -> Play {
        var play = Play(attempt)
        var sights = Sights(scope: line.scope, first: origin)
        play.states.append(Play.State(done: 0, sight: try await sights.look(session)))
        guard let script = attempt.script else { return play }
        guard script.refusal == nil else { return try await whole(script, play, sights, on: session) }
        try await session.beginPlaying()
        var group = 0
        for (index, statement) in script.statements.enumerated() {
            let known = sights.latest
            var isDone = false
            // Within a transaction of the file, what works in several is refused.
            if group == index {
                let invalid = try await session.invalidated(before: statement)
                if !invalid.isEmpty {
                    let leftover = Leftover(kind: .dropped, statement: index + 1, names: invalid.map(\.name))
                    play.states.append(
                        Play.State(done: index, leftover: leftover, sight: try await sights.look(session)))
                    try await session.mark(invalid, valid: true)
                }
                for interruption in try await session.interruptions(of: statement) {
                    let leftover = try await bench.interrupt(
                        attempt.text(index), number: index + 1, on: session, of: database, line, by: interruption)
                    guard let leftover else { continue }
                    play.states.append(
                        Play.State(done: index, leftover: leftover, sight: try await sights.look(session)))
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
                play.states.append(Play.State(done: index, leftover: leftover, sight: try await sights.look(session)))
                try await session.mark(new, valid: true)
            }
            let sight = try await sights.look(session)
            for number in group...index { play.changes[number] = sight.fingerprint != known }
            group = index + 1
            play.states.append(Play.State(done: index + 1, sight: sight))
        }
        if group < script.statements.count {
            play.failure = (nil, "the file begins a transaction and does not end it")
        }
        return play
    }

    /// A text that the grammar cannot divide is played as a whole.
    private func whole(
        _ script: Script, _ play: Play, _ sights: Sights, on session: TargetSession
    ) async throws(TargetFailure) -> Play {
        var (play, sights) = (play, sights)
        try await session.beginPlaying()
        do {
            _ = try await session.play(script.text)
        } catch {
            play.failure = (nil, error.message)
            return play
        }
        play.states.append(Play.State(done: 1, sight: try await sights.look(session)))
        return play
    }
}
