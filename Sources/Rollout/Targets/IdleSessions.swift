import FleetModel
import Migrations

/// Connections that were opened to look at targets, kept for the migration that follows within seconds.
///
/// Each one saves the server a new process and the rollout the round trips of connecting, five or more with TLS and a
/// password; a neighbour's serves as well (decision 037). Bounded, because each is one of the server's connections: a
/// quarter of its `max_connections` on a host but at most 64, and 256 in all; none is kept for longer than two minutes
/// or used after one. They hold no lock and no transaction.
actor IdleSessions {
    private struct Kept {
        let session: TargetSession
        /// Of the targets that may have it, too.
        let group: Int?
        /// Whether migrations ran on it, so that even its own target gets it only as it was when it began.
        let hasRun: Bool
        let since: ContinuousClock.Instant
    }

    static let limit = 256
    static let longest = Duration.seconds(60)

    private var kept: [TargetID: Kept] = [:]
    private var counts: [HostEndpoint: Int] = [:]
    /// The targets whose sessions are kept, by group.
    private var groups: [Int: Set<TargetID>] = [:]
    private var expiry: Task<Void, Never>?

    /// How many may be kept on a server that takes so many connections; few where it did not tell.
    static func limit(onServerTaking connections: Int?) -> Int { min(64, (connections ?? 32) / 4) }

    /// Keeps a session, or closes it when there are enough of them.
    ///
    /// - Parameters:
    ///   - group: the neighbours of its target, which may have it, too.
    ///   - hasRun: whether migrations ran on it.
    func keep(_ session: TargetSession, in group: Int? = nil, hasRun: Bool = false) async {
        let host = session.target.endpoint
        let hostLimit = Self.limit(onServerTaking: await session.serverConnections)
        guard kept.count < Self.limit, counts[host, default: 0] < hostLimit, kept[session.target.id] == nil else {
            return await session.close()
        }
        counts[host, default: 0] += 1
        kept[session.target.id] = Kept(session: session, group: group, hasRun: hasRun, since: .now)
        if let group { groups[group, default: []].insert(session.target.id) }
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
        for id in old.keys { _ = remove(id) }
        if !kept.isEmpty { expireLater() }
        for found in old.values { await found.session.close() }
    }

    /// Takes a fresh session for a target out, if there is one: its own, or one that a neighbour is done with.
    func take(_ target: Target, in group: Int? = nil) async -> TargetSession? {
        if let own = remove(target.id), let session = await fresh(own) {
            return own.hasRun ? await session.handedOver(to: target) : session
        }
        while let group, let neighbour = groups[group]?.first, let found = remove(neighbour) {
            if let session = await fresh(found) { return await session.handedOver(to: target) }
        }
        return nil
    }

    private func fresh(_ found: Kept) async -> TargetSession? {
        if .now - found.since < Self.longest { return found.session }
        await found.session.close()
        return nil
    }

    private func remove(_ id: TargetID) -> Kept? {
        guard let found = kept.removeValue(forKey: id) else { return nil }
        counts[found.session.target.endpoint, default: 1] -= 1
        if let group = found.group { groups[group]?.remove(id) }
        return found
    }

    /// Closes all of them.
    func closeAll() async {
        expiry?.cancel()
        expiry = nil
        let sessions = kept.values.map(\.session)
        (kept, counts, groups) = ([:], [:], [:])
        for session in sessions { await session.close() }
    }
}
