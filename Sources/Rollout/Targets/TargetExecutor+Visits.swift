package import FleetModel
package import Inventory
package import Migrations

extension TargetExecutor {
    /// Lends a session with each of some targets, under the limits of a survey; for what changes nothing.
    ///
    /// - Returns: for each target what the body returned, or why it could not.
    package func visit<Value: Sendable>(
        _ ids: Set<TargetID>? = nil,
        _ body: @escaping @Sendable (TargetSession, FleetTarget) async throws(TargetFailure) -> Value
    ) async -> [TargetID: Result<Value, TargetFailure>] {
        await onEach(of: ids) { id in
            do throws(TargetFailure) {
                let target = try target(id)
                return .success(
                    try await withSession(id) { session throws(TargetFailure) in try await body(session, target) })
            } catch {
                return .failure(error)
            }
        }
    }

    /// Lends a session with each of some targets, and one for all of those that differ in their schema alone; under the
    /// limits of a survey, for what changes nothing.
    ///
    /// - Parameters:
    ///   - areKept: whether some of the sessions are kept for the work that follows soon.
    ///   - alone: visits one target. It leaves the session where it can be used for the target's neighbours.
    ///   - together: visits neighbours of a target over its session, after that was visited. Those of which it returns
    ///     nothing are visited alone. Nil says that the session is of no further use.
    /// - Returns: for each target what was returned, or why it could not be visited.
    package func visitNeighbours<Value: Sendable>(
        of ids: Set<TargetID>? = nil, areKept: Bool = false,
        alone: @escaping @Sendable (TargetSession, FleetTarget) async throws(TargetFailure) -> Value,
        together: @escaping @Sendable (TargetSession, FleetTarget, [Target]) async -> [TargetID: Value]?
    ) async -> [TargetID: Result<Value, TargetFailure>] {
        let units = neighbours.units(of: targets, asked: ids)
        let byFirst = Dictionary(units.compactMap { unit in unit.first.map { ($0.target.id, unit) } }) { first, _ in
            first
        }
        let answers = await onEach(of: units.compactMap { $0.first?.target }) { id in
            await visit(byFirst[id] ?? [], areKept, alone, together)
        }
        var found: [TargetID: Result<Value, TargetFailure>] = [:]
        for results in answers.values { found.merge(results) { first, _ in first } }
        let left = units.lazy.joined().filter { found[$0.target.id] == nil }
        let byID = Dictionary(left.map { ($0.target.id, $0) }) { first, _ in first }
        let more = await onEach(of: left.map(\.target)) { id in
            await visit(byID[id].map { [$0] } ?? [], areKept, alone, together)
        }
        for results in more.values { found.merge(results) { first, _ in first } }
        return found
    }

    /// Visits the first of some neighbours as one alone, then the others over its session.
    ///
    /// - Returns: what was found of those of which there is an answer.
    private func visit<Value: Sendable>(
        _ unit: [FleetTarget], _ areKept: Bool,
        _ alone: @Sendable (TargetSession, FleetTarget) async throws(TargetFailure) -> Value,
        _ together: @Sendable (TargetSession, FleetTarget, [Target]) async -> [TargetID: Value]?
    ) async -> [TargetID: Result<Value, TargetFailure>] {
        var found: [TargetID: Result<Value, TargetFailure>] = [:]
        for (index, first) in unit.prefix(Neighbours.attempts).enumerated() {
            let session: TargetSession
            do throws(TargetFailure) {
                session = try await open(first)
            } catch {
                // It is the server, the database or the login, which are the same for all of them.
                for target in unit[index...] { found[target.target.id] = .failure(error) }
                return found
            }
            var isFound = true
            do throws(TargetFailure) {
                found[first.target.id] = .success(try await alone(session, first))
            } catch {
                found[first.target.id] = .failure(error)
                isFound = false
            }
            let rest = unit[(index + 1)...].map(\.target)
            var isUsable = isFound
            if !rest.isEmpty {
                let others = await together(session, first, rest)
                for (id, value) in others ?? [:] { found[id] = .success(value) }
                isUsable = others != nil
            }
            if isUsable, areKept {
                await idle.keep(session, in: rest.isEmpty ? nil : neighbours.group(of: first.target.id))
            } else {
                await session.close()
            }
            if isFound || isUsable { return found }
        }
        return found
    }
}
