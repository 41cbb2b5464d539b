public import FleetModel
internal import Inventory
internal import Migrations
public import Rollout
internal import SQL
public import Schema

/// Finds out what state dirty targets are in, and takes them out of it.
public struct Recoverer: Sendable {
    private let executor: TargetExecutor
    private let check: CheckRules
    private let bench: ScratchBench

    /// - Parameters:
    ///   - check: what of schemas is compared.
    ///   - scratch: where migrations are replayed.
    public init(_ executor: TargetExecutor, check: CheckRules, scratch: ScratchServers) {
        self.executor = executor
        self.check = check
        bench = ScratchBench(scratch)
    }

    /// Finds out what state a dirty target is in. Changes nothing there.
    ///
    /// - Parameters:
    ///   - patience: how long to wait for whoever is still at work on it.
    ///   - told: how many statements of the file lasted, where the operator knows.
    /// - Returns: nil for a target that is not dirty.
    public func diagnose(
        _ id: TargetID, waiting patience: Duration = .zero, told: Int? = nil
    ) async throws(TargetFailure) -> Diagnosis? {
        let target = try executor.target(id)
        let set = try executor.files(of: target)
        return try await executor.withSession(id) { session throws(TargetFailure) in
            guard var diagnosis = try await look(session, set, waiting: patience) else { return nil }
            guard diagnosis.verdict != .atWork else { return diagnosis }
            var scope = CatalogScope(
                home: target.target.schema, isHomeOnly: target.target.schema != nil, rules: check)
            scope.home = try await session.fingerprint(scope).home
            let live = try await session.sight(scope)
            diagnosis.scope = scope
            diagnosis.live = live.fingerprint
            let line = await bench.line(set, target.access.rules, scope)
            do throws(ScratchObstacle) {
                try await bench.start(major: live.fingerprint.server / 10_000)
            } catch {
                diagnosis.verdict = .noScratch
                diagnosis.remarks = [error.message]
                diagnosis.ways = [Way(.restore, to: nil)]
                return diagnosis
            }
            await Diagnostician(line: line, live: live, bench: bench, told: told).complete(&diagnosis)
            return diagnosis
        }
    }

    /// The version, and who is at work, once nobody is any more or the patience is over.
    private func look(
        _ session: TargetSession, _ set: MigrationSet, waiting patience: Duration
    ) async throws(TargetFailure) -> Diagnosis? {
        let start = ContinuousClock.now
        while true {
            let state = try await session.look()
            guard state.isDirty else { return nil }
            var diagnosis = Diagnosis(found: state, progress: await session.progress())
            let texts = set.attempts(leavingDirty: state.version).compactMap { $0.script?.text }
            diagnosis.workers = try await session.workers(running: texts)
            if diagnosis.workers.isEmpty, diagnosis.progress?.isAtWork != true { return diagnosis }
            diagnosis.verdict = .atWork
            guard ContinuousClock.now - start < patience, (try? await Task.sleep(for: .seconds(1))) != nil else {
                return diagnosis
            }
        }
    }

    /// Takes a way out, under the migration locks, and records the version when the schema is proven to be its.
    ///
    /// - Parameter reason: why, for the target's history.
    /// - Returns: the state as it was read afterwards.
    /// - Throws: `.moved` where the target is not what it was found to be any more, and what the statements fail with. The
    ///   version table is as before then.
    public func take(
        _ way: Way, outOf diagnosis: Diagnosis, on id: TargetID, because reason: String?
    ) async throws(TargetFailure) -> VersionState {
        let target = try executor.target(id)
        let set = try executor.files(of: target)
        let (scope, live) = (diagnosis.scope, diagnosis.live)
        let repair = Repair(
            found: diagnosis.found, progress: diagnosis.progress, version: way.version, statements: way.statements,
            isOneTransaction: way.isOneTransaction, finishes: way.finishes,
            reason: "recover: \(way.name)" + (reason.map { ": \($0)" } ?? ""))
        return try await executor.withSession(id) { session throws(TargetFailure) in
            _ = try await session.look()
            return try await session.carryOut(repair, among: set) { moment throws(TargetFailure) in
                switch moment {
                case .before:
                    guard try await session.fingerprint(scope).fingerprint == live else { throw .schemaChanged }
                case .inTransaction:
                    guard let goal = way.goal else {
                        guard try await session.fingerprintInTransaction(scope) == live else { throw .schemaChanged }
                        return
                    }
                    let findings = goal.differences(of: try await session.sightInTransaction(scope))
                    guard findings.isEmpty else { throw .notProven(findings, way.version) }
                }
            }
        }
    }

    /// What a version's schema has otherwise than the target; empty where nothing. Changes nothing.
    ///
    /// - Throws: where the target cannot be looked at, or scratch cannot get there.
    public func contradictions(
        _ version: Version?, on id: TargetID
    ) async throws(TargetFailure) -> [SchemaFinding] {
        let target = try executor.target(id)
        let set = try executor.files(of: target)
        return try await executor.withSession(id) { session throws(TargetFailure) in
            _ = try await session.look()
            var scope = CatalogScope(
                home: target.target.schema, isHomeOnly: target.target.schema != nil, rules: check)
            scope.home = try await session.fingerprint(scope).home
            let live = try await session.sight(scope)
            let line = await bench.line(set, target.access.rules, scope)
            do throws(ScratchObstacle) {
                try await bench.start(major: live.fingerprint.server / 10_000)
                return try await bench.sight(of: version, line).differences(of: live)
            } catch {
                throw TargetFailure(kind: .sql, message: error.message)
            }
        }
    }
}

extension TargetFailure {
    fileprivate static let schemaChanged = TargetFailure(
        kind: .moved,
        message: "The target's schema has changed since it was looked at, so what was proven is proven no more",
        consequence: "Nothing was changed by this run", remedy: "Look again: pgfleet recover")

    fileprivate static func notProven(_ findings: [SchemaFinding], _ version: Version?) -> TargetFailure {
        let names = findings.prefix(3).map { "\($0.word) \($0.identity)" }.joined(separator: ", ")
        return TargetFailure(
            kind: .moved,
            message: "The statements ran, and did not lead to the schema of \(version.text): \(names)",
            remedy: "Look again, as the target was changed meanwhile: pgfleet recover")
    }
}
