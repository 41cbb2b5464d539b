public import FleetModel
internal import Postgres

extension TargetSession {
    /// Why the target cannot be migrated over this connection, though its version can be read: it takes no writes, or a
    /// pooler shares the session's server process with others. Nil where it can be.
    ///
    /// What it goes by came with the first look; only behind a pooler more is asked, once.
    public func obstacle() async -> TargetFailure? {
        guard let orientation else { return nil }
        if let why = orientation.readOnly {
            return TargetFailure(
                kind: .readOnly, message: why, consequence: texts.nothingChanged,
                remedy: "Name the primary in fleet.yaml; a list of hosts (host: [primary, standby]) finds it by itself")
        }
        guard orientation.backendPID != connection.backendPID else { return nil }
        if pooling == nil { pooling = await learnPooling() }
        let finding =
            switch pooling {
            case .session?, nil: ""
            case .transaction?:
                "A pooler in transaction mode lies between: it has given this session's server process to another client"
            case .unknown(let why)?:
                "A pooler lies between, and whether it keeps one server process for a session could not be found out: \(why)"
            }
        guard !finding.isEmpty else { return nil }
        return TargetFailure(
            kind: .pooled,
            message: finding + ". The locks and settings of a session are not safe there",
            consequence: texts.nothingChanged,
            remedy: "Connect to the server itself, or give pgfleet a pool in session mode (pool_mode = session)")
    }

    /// - Throws: the obstacle, before anything is locked or changed.
    func refuseUnfit() async throws(TargetFailure) {
        if let obstacle = await obstacle() { throw obstacle }
    }
}

/// What a pooler between pgfleet and the server does with a session.
enum Pooling: Sendable, Hashable {
    /// It keeps one server process for as long as the session lasts.
    case session
    /// It gives the process to others between two transactions, or two statements.
    case transaction
    case unknown(why: String)
}

extension TargetSession {
    /// How many other sessions are opened to find out; more than most pools have idle servers.
    private static let competitors = 24
    /// A pool that has none to give lets a client wait.
    private static let patience = Duration.seconds(2)

    /// Finds out whether another client of the pooler can get the process that serves this session.
    ///
    /// Other sessions begin transactions, one after the other, and so take what the pooler has idle. If one of them gets
    /// our process, or we get another one afterwards, it is not ours. If one gets a process that was started only now, or
    /// none at all, there was no idle one left: ours was not among those that the pooler gives away.
    private func learnPooling() async -> Pooling {
        var others: [Connection] = []
        let found: Pooling
        do throws(PostgresError) {
            found = try await contend(&others)
        } catch {
            found = .unknown(why: error.message.harmless)
        }
        for other in others { await other.close() }
        return found
    }

    private func contend(_ others: inout [Connection]) async throws(PostgresError) -> Pooling {
        let mine = try await process(on: connection)
        var settings = settings
        settings["application_name"] = "pgfleet/probe"
        for _ in 0..<Self.competitors {
            let other = try await Connection.open(settings, timeout: options.connectTimeout)
            others.append(other)
            let begun: [StatementResult]
            do throws(PostgresError) {
                begun = try await other.run("BEGIN; \(Self.asking)", timeout: Self.patience)
            } catch {
                // Its turn does not come: there is no process left that could be given away.
                if error.reason == .timedOut { return try await settle(mine) }
                // A pool in statement mode refuses transactions.
                if error.reason == .server || error.reason == .connectionLost { return .transaction }
                throw error
            }
            guard let theirs = begun.last?.rows.first else { return .unknown(why: "no answer") }
            if theirs[0] == mine.process, theirs[1] == mine.start { return .transaction }
            if let start = theirs[2].flatMap({ Double($0) }), start >= mine.time { return try await settle(mine) }
        }
        return .unknown(why: "it has more than \(Self.competitors) idle servers")
    }

    private func settle(_ mine: (process: String, start: String, time: Double)) async throws(PostgresError) -> Pooling {
        let now = try await process(on: connection)
        return now.process == mine.process && now.start == mine.start ? .session : .transaction
    }

    private func process(
        on connection: Connection
    ) async throws(PostgresError) -> (process: String, start: String, time: Double) {
        let row = try await connection.run(Self.asking, timeout: options.recoveryLimit).last?.rows.first
        return (row?[0] ?? "", row?[1] ?? "", row?[3].flatMap { Double($0) } ?? 0)
    }

    private static let asking = """
        SELECT pid, backend_start, extract(epoch FROM backend_start), extract(epoch FROM clock_timestamp()) \
        FROM pg_stat_get_activity(pg_backend_pid())
        """
}
