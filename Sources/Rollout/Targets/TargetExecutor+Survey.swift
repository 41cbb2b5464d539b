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
        let units = neighbours.units(of: targets, asked: ids)
        let byFirst = Dictionary(units.compactMap { unit in unit.first.map { ($0.target.id, unit) } }) { first, _ in
            first
        }
        let answers = await onEach(of: units.compactMap { $0.first?.target }) { id in
            await look(at: byFirst[id] ?? [], searchesHistory)
        }
        var found: [TargetID: Look] = [:]
        for looks in answers.values { found.merge(looks) { first, _ in first } }
        let left = units.lazy.joined().map(\.target).filter { found[$0.id] == nil }
        found.merge(await onEach(of: Array(left)) { id in await look(at: id, searchesHistory) }) { first, _ in first }
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

    private func look(at id: TargetID, _ searchesHistory: Bool) async -> Look {
        do throws(TargetFailure) {
            let target = try target(id)
            let session = try await open(target)
            do throws(TargetFailure) {
                let look = try await look(at: target, over: session, searchesHistory)
                await idle.keep(session)
                return look
            } catch {
                await session.close()
                throw error
            }
        } catch {
            return Look(record: .failure(error))
        }
    }

    /// Looks at neighbours: at the first as at one alone, then at the others over its session.
    ///
    /// - Returns: a look at each of which there is a plain answer.
    private func look(at unit: [FleetTarget], _ searchesHistory: Bool) async -> [TargetID: Look] {
        guard unit.count > 1 else {
            guard let id = unit.first?.target.id else { return [:] }
            return [id: await look(at: id, searchesHistory)]
        }
        var looks: [TargetID: Look] = [:]
        for (index, first) in unit.prefix(Neighbours.attempts).enumerated() {
            let session: TargetSession
            do throws(TargetFailure) {
                session = try await open(first)
            } catch {
                // It is the server, the database or the login, which are the same for all of them.
                for target in unit[index...] { looks[target.target.id] = Look(record: .failure(error)) }
                return looks
            }
            var isFound = true
            do throws(TargetFailure) {
                looks[first.target.id] = try await look(at: first, over: session, searchesHistory)
            } catch {
                looks[first.target.id] = Look(record: .failure(error))
                isFound = false
            }
            let others = await session.look(
                at: unit[(index + 1)...].map(\.target), among: versions(of: first), searchesHistory: searchesHistory)
            guard let others else {
                await session.close()
                if isFound { return looks }
                continue
            }
            let obstacle = others.isEmpty ? nil : await session.obstacle()
            for (id, look) in others {
                looks[id] = Look(record: .success(look.record), neverApplied: look.neverApplied, obstacle: obstacle)
            }
            await idle.keep(session, in: neighbours.group(of: first.target.id))
            return looks
        }
        return looks
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
