internal import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// How long a list of servers may have none that takes writes, while a standby is promoted.
    package static let failoverLimit = Duration.seconds(60)

    /// After the connection broke: connects again, makes sure that the lost session is not still at work, and reads.
    ///
    /// A server goes on with what a lost client sent last, and may commit it. Until its process is gone, what is read
    /// is not the outcome. Where the inventory says so (`lost_sessions: end`), the process is ended. A standby is never
    /// believed, since it may lag: of a list of servers, the one that takes writes is looked for, for as long as a failover
    /// takes, and of a single one, it is waited until it takes writes.
    /// - Returns: the failure to find out, when the server is not reached or the lost session goes on past the limit.
    func recover(from lost: Orientation) async -> Result<VersionState, TargetFailure> {
        let isList = Self.isList(settings)
        let deadline =
            ContinuousClock.now + (isList ? max(options.recoveryLimit, Self.failoverLimit) : options.recoveryLimit)
        await connection.close()
        var latest = TargetFailure(kind: .connectionLost, message: "The server was not reached again")
        var pause = Duration.milliseconds(50)
        repeat {
            do throws(TargetFailure) {
                let settled = try await attempt(lost)
                guard !settled else { return .success(try await look()) }
                latest = TargetFailure(
                    kind: .connectionLost,
                    message: "The lost session (process \(lost.backendPID)) is still at work on the server",
                    consequence: "It may still commit what it was sent",
                    remedy: "Wait for it or end it, then look again: " + texts.command("status"))
            } catch {
                latest = texts.unread(error)
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        } while ContinuousClock.now < deadline
        return .failure(latest)
    }

    /// Connects again where needed, and says whether the lost session is gone.
    private func attempt(_ lost: Orientation) async throws(TargetFailure) -> Bool {
        do throws(PostgresError) {
            if await !connection.isOpen { connection = try await connectToWritable() }
            let standing = try await connection.query("SELECT pg_is_in_recovery()", timeout: options.recoveryLimit)
            if standing.firstValue == "f" { return try await isGone(lost) }
        } catch {
            throw TargetFailure(error)
        }
        await connection.close()
        throw TargetFailure(
            kind: .readOnly, message: "The server that answers is a standby, whose state may be an earlier one")
    }

    /// Of a list, also where the inventory lets a standby serve.
    private func connectToWritable() async throws(PostgresError) -> Connection {
        var settings = settings
        if Self.isList(settings) { settings["target_session_attrs"] = "read-write" }
        return try await Connection.open(settings, timeout: options.connectTimeout, onNotice: notices.add)
    }

    private func isGone(_ lost: Orientation) async throws(PostgresError) -> Bool {
        let process = [Parameter(lost.backendPID as Int32?), Parameter(lost.backendStart as String?)]
        let answer = try await connection.query(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::int AND \(Orientation.isBackend)", process,
            timeout: options.recoveryLimit)
        guard answer.firstValue != "0" else { return true }
        if options.rules.endsLostSessions {
            _ = try await connection.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    + "WHERE pid = $1::int AND \(Orientation.isBackend)", process, timeout: options.recoveryLimit
            )
        }
        return false
    }
}
