internal import FleetModel
internal import Migrations
internal import SQL
internal import Schema

/// Scratch databases in the state that a target was found to be in, on which ways out are tried before they are taken.
struct Branch {
    let hypothesis: Hypothesis
    let attempt: Attempt
    let line: ScratchLine
    let bench: ScratchBench
    private let database: ScratchDatabase

    /// Makes the state: the version's copy, and the statements that are in.
    init(
        _ hypothesis: Hypothesis, of attempt: Attempt, _ line: ScratchLine, _ bench: ScratchBench
    ) async throws(ScratchObstacle) {
        self.hypothesis = hypothesis
        self.attempt = attempt
        self.line = line
        self.bench = bench
        database = try await bench.copy(of: try await bench.template(attempt.step.from, line))
        let session = try await bench.session(on: database, line)
        do {
            try await session.beginPlaying()
            for index in 0..<min(hypothesis.done, attempt.count) { _ = try await session.play(attempt.text(index)) }
            if let leftover = hypothesis.leftover, let script = attempt.script {
                try await make(leftover, by: script.statements[leftover.statement - 1], on: session)
            }
            await session.close()
        } catch {
            await session.close()
            throw ScratchObstacle(kind: .notReplayable, message: error.message)
        }
    }

    /// Leaves what a statement left.
    private func make(_ leftover: Leftover, by statement: Statement, on session: TargetSession)
        async throws(TargetFailure)
    {
        let text = attempt.text(leftover.statement - 1)
        switch leftover.kind {
        case .built:
            let before = try await session.indexes()
            _ = try await session.play(text)
            try await session.mark(try await session.indexes().filter { !before.contains($0) }, valid: false)
        case .dropped:
            _ = try await session.invalidated(before: statement)
        case .rebuilt, .replaced, .detaching:
            let ways = try await session.interruptions(of: statement)
            for way in ways where way.kind == leftover.kind && way.table == leftover.table {
                _ = try await bench.interrupt(
                    text, number: leftover.statement, on: session, of: database, line, by: way)
            }
        }
    }

    /// Runs statements as a repair runs them, and looks at what they led to. What is one transaction is rolled back after
    /// that and needs no copy of the database.
    ///
    /// - Returns: the schema, or what the server said.
    func run(
        _ statements: [String], inOneTransaction: Bool
    ) async throws(ScratchObstacle) -> Result<Sight, TargetFailure> {
        guard inOneTransaction else {
            return try await onCopy { session throws(TargetFailure) in
                try await session.beginPlaying()
                for text in statements { _ = try await session.play(text) }
                return try await session.sight(line.scope)
            }
        }
        return try await onSession(of: database) { session throws(TargetFailure) in
            try await session.beginPlaying()
            for text in ["BEGIN"] + statements + ["SET CONSTRAINTS ALL IMMEDIATE"] { _ = try await session.play(text) }
            let sight = try await session.sightInTransaction(line.scope)
            _ = try await session.play("ROLLBACK")
            return sight
        }
    }

    /// Tries statements one by one, after others that are run first.
    ///
    /// - Returns: those that did something: which changed the schema, or change what no schema shows. One that fails has
    ///   nothing to do in this state.
    func effective(_ script: Script, after first: [String]) async throws(ScratchObstacle) -> [String] {
        let found = try await onCopy { session throws(TargetFailure) -> [String] in
            try await session.beginPlaying()
            for text in first { _ = try await session.play(text) }
            var last = try await session.fingerprint(line.scope)
            var kept: [String] = []
            for statement in script.statements where !statement.kind.controlsTransactions {
                let text = String(script.text(of: statement))
                do throws(TargetFailure) { _ = try await session.play(text) } catch { continue }
                let look = try await session.fingerprint(line.scope, since: last.mark)
                if look.fingerprint != nil || statement.kind.changesData || statement.kind.changesSettings {
                    kept.append(text)
                }
                last = look
            }
            return kept
        }
        return (try? found.get()) ?? []
    }

    /// The schema's objects in this state, or after some statements.
    func snapshot(after statements: [String] = []) async throws(ScratchObstacle) -> SchemaSnapshot? {
        let found = try await onCopy { session throws(TargetFailure) in
            try await session.beginPlaying()
            for text in statements { _ = try await session.play(text) }
            return try await session.snapshot(line.scope)
        }
        return try? found.get()
    }

    func close() async { await bench.drop(database) }

    private func onCopy<Value: Sendable>(
        _ body: (TargetSession) async throws(TargetFailure) -> Value
    ) async throws(ScratchObstacle) -> Result<Value, TargetFailure> {
        let copy = try await bench.copy(of: database)
        let result = try await onSession(of: copy, body)
        await bench.drop(copy)
        return result
    }

    private func onSession<Value: Sendable>(
        of database: ScratchDatabase, _ body: (TargetSession) async throws(TargetFailure) -> Value
    ) async throws(ScratchObstacle) -> Result<Value, TargetFailure> {
        let session = try await bench.session(on: database, line)
        let result: Result<Value, TargetFailure>
        do throws(TargetFailure) {
            result = .success(try await body(session))
        } catch {
            result = .failure(error)
        }
        await session.close()
        return result
    }
}

extension StatementKind {
    /// Whether it changes how the statements after it are understood.
    var changesSettings: Bool {
        if case .set = self { true } else { false }
    }
}
