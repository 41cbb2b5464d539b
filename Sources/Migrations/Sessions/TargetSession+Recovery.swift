internal import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// After the connection broke: connects again, makes sure that the lost session is not still at work, and reads.
    ///
    /// A server goes on with what a lost client sent last, and may commit it. Until its process is gone, what is read
    /// is not the outcome. Where the inventory says so (`lost_sessions: end`), the process is ended.
    /// - Returns: the failure to find out, when the server is not reached or the lost session goes on past the limit.
    func recover(from lost: Orientation) async -> Result<VersionState, TargetFailure> {
        let deadline = ContinuousClock.now + options.recoveryLimit
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
                latest = error
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        } while ContinuousClock.now < deadline
        return .failure(latest)
    }

    /// Connects again where needed, and says whether the lost session is gone.
    private func attempt(_ lost: Orientation) async throws(TargetFailure) -> Bool {
        do throws(PostgresError) {
            if await !connection.isOpen {
                connection = try await Connection.open(
                    settings, timeout: options.connectTimeout, onNotice: notices.add)
            }
            let answer = try await connection.query(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::int AND backend_start = $2::timestamptz",
                [Parameter(lost.backendPID as Int32?), Parameter(lost.backendStart as String?)],
                timeout: options.recoveryLimit)
            guard answer.firstValue != "0" else { return true }
            if options.rules.endsLostSessions {
                _ = try await connection.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        + "WHERE pid = $1::int AND backend_start = $2::timestamptz",
                    [Parameter(lost.backendPID as Int32?), Parameter(lost.backendStart as String?)],
                    timeout: options.recoveryLimit)
            }
            return false
        } catch {
            throw TargetFailure(error)
        }
    }
}
