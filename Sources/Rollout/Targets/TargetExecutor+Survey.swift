public import FleetModel
import Inventory
import Migrations

extension TargetExecutor {
    /// Looks at every target, or at some, without a lock and without changing anything.
    ///
    /// Targets that differ in their schema alone are looked at together, over one session; where that session has no plain
    /// answer for one of them, it is looked at by itself. Some of the connections are kept for the work that follows soon;
    /// `closeIdle` gives them back.
    ///
    /// - Parameter searchesHistory: whether versions that were passed over are looked for in the targets' histories, too,
    ///   which is one more round trip for each.
    public func survey(of ids: Set<TargetID>? = nil, searchesHistory: Bool = false) async -> Survey {
        let found = await visitNeighbours(of: ids, areKept: true) { session, target throws(TargetFailure) in
            try await look(at: target, over: session, searchesHistory)
        } together: { session, first, others in
            await look(at: others, over: session, of: first, searchesHistory)
        }.mapValues { result in
            switch result {
            case .success(let look): look
            case .failure(let failure): Look(record: .failure(failure))
            }
        }
        return Survey(
            entries: targets.compactMap { target in
                found[target.target.id].map { look in
                    Survey.Entry(
                        target: target, found: look.record.map(\.state), progress: look.progress,
                        neverApplied: look.neverApplied, obstacle: look.obstacle, sessionAtWork: look.sessionAtWork)
                }
            })
    }

    /// What a look at one target said.
    struct Look: Sendable {
        let record: Result<VersionRecord, TargetFailure>
        var progress: StatementProgress?
        var neverApplied: [Version] = []
        var obstacle: TargetFailure?
        var sessionAtWork: OtherSession?
    }

    /// Looks at neighbours over a target's session.
    ///
    /// - Returns: a look at each of which there is a plain answer.
    private func look(
        at others: [Target], over session: TargetSession, of first: FleetTarget, _ searchesHistory: Bool
    ) async -> [TargetID: Look]? {
        let looks = await session.look(at: others, among: versions(of: first), searchesHistory: searchesHistory)
        guard let looks else { return nil }
        let obstacle = looks.isEmpty ? nil : await session.obstacle()
        return looks.mapValues { look in
            Look(record: .success(look.record), neverApplied: look.neverApplied, obstacle: obstacle)
        }
    }

    private func look(
        at target: FleetTarget, over session: TargetSession, _ searchesHistory: Bool
    ) async throws(TargetFailure) -> Look {
        let record = try await session.lookClosely()
        let progress = record.state.isDirty ? await session.progress() : nil
        let versions = versions(of: target)
        var neverApplied = record.neverApplied(among: versions)
        if searchesHistory, record.applied == nil, let current = record.state.version {
            neverApplied = await session.passedOver(among: versions, below: current)
        }
        return Look(
            record: .success(record), progress: progress, neverApplied: neverApplied,
            obstacle: await session.obstacle(), sessionAtWork: await session.sessionAtWork)
    }

    private func versions(of target: FleetTarget) -> [Version] {
        (try? library.files(of: target.access.source).versions) ?? []
    }

    /// Keeps the session of a target that is done for one of its neighbours, or closes it.
    func leave(_ session: TargetSession, in group: Int?, _ failure: TargetFailure?) async {
        guard failure == nil, let group else { return await session.close() }
        await idle.keep(session, in: group, hasRun: true)
    }
}
