import FleetModel
import Migrations

/// Connections that were opened to look at targets, kept for the migration that follows within seconds.
///
/// Each one saves the server a new process and the rollout the round trips of connecting, five or more with TLS and a
/// password. Bounded, because each is one of the server's connections: a quarter of its `max_connections` on a host but
/// at most 64, and 256 in all; none is kept for longer than two minutes
/// or used after one. They hold no lock and no transaction.
actor IdleSessions {
    private struct Kept {
        let session: TargetSession
        let since: ContinuousClock.Instant
    }

    static let limit = 256
    static let longest = Duration.seconds(60)

    private var kept: [TargetID: Kept] = [:]
    private var counts: [HostEndpoint: Int] = [:]
    private var expiry: Task<Void, Never>?

    /// How many may be kept on a server that takes so many connections; few where it did not tell.
    static func limit(onServerTaking connections: Int?) -> Int { min(64, (connections ?? 32) / 4) }

    /// Keeps a session, or closes it when there are enough of them.
    func keep(_ session: TargetSession) async {
        let host = session.target.endpoint
        let hostLimit = Self.limit(onServerTaking: await session.serverConnections)
        guard kept.count < Self.limit, counts[host, default: 0] < hostLimit, kept[session.target.id] == nil else {
            return await session.close()
        }
        counts[host, default: 0] += 1
        kept[session.target.id] = Kept(session: session, since: .now)
        expireLater()
    }

    /// A rollout may wait for hours, for an answer at its beginning or for its slowest targets.
    private func expireLater() {
        guard expiry == nil else { return }
        expiry = Task(name: "close idle sessions") { [weak self] in
            do { try await Task.sleep(for: Self.longest) } catch { return }
            await self?.closeOld()
        }
    }

    private func closeOld() async {
        expiry = nil
        let old = kept.filter { .now - $0.value.since >= Self.longest }
        for (id, found) in old {
            kept[id] = nil
            counts[found.session.target.endpoint, default: 1] -= 1
        }
        if !kept.isEmpty { expireLater() }
        for found in old.values { await found.session.close() }
    }

    /// Takes the session of a target out, if there is a fresh one.
    func take(_ id: TargetID) async -> TargetSession? {
        guard let found = kept.removeValue(forKey: id) else { return nil }
        counts[found.session.target.endpoint, default: 1] -= 1
        guard .now - found.since < Self.longest else {
            await found.session.close()
            return nil
        }
        return found.session
    }

    /// Closes all of them.
    func closeAll() async {
        expiry?.cancel()
        expiry = nil
        let sessions = kept.values.map(\.session)
        kept = [:]
        counts = [:]
        for session in sessions { await session.close() }
    }
}
