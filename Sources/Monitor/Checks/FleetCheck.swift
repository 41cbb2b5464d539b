internal import FleetModel
public import Inventory
internal import Migrations
public import Rollout
public import Schema
public import Store

/// Checks a fleet: versions, dirty marks, and whether every schema is what it should be. Changes nothing on any target.
public struct FleetCheck: Sendable {
    private let targets: [FleetTarget]
    private let executor: TargetExecutor
    private let library: MigrationLibrary
    private let options: CheckOptions
    private let store: Store?
    private let scratch: ScratchServers

    /// - Parameters:
    ///   - executor: reaches the targets.
    ///   - library: the files of all of them.
    ///   - store: keeps what was seen, so that the next check is cheaper, and what was accepted; nil for neither.
    ///   - scratch: where migrations are replayed.
    public init(
        _ targets: [FleetTarget], executor: TargetExecutor, library: MigrationLibrary, options: CheckOptions,
        store: Store?, scratch: ScratchServers
    ) {
        self.targets = targets
        self.executor = executor
        self.library = library
        self.options = options
        self.store = store
        self.scratch = scratch
    }

    /// Looks at all targets.
    ///
    /// - Parameter onPhase: told in words what is done now.
    /// - Throws: `StoreError`; of the targets, what cannot be looked at is a finding.
    public func run(onPhase: @Sendable (String) -> Void = { _ in }) async throws(StoreError) -> CheckReport {
        let start = ContinuousClock.now
        // Databases and tenants' schemas are looked at by different questions; what is kept of either holds for the same ones.
        let scopeName = [false, true].map { CatalogScope(isHomeOnly: $0, rules: options.rules).reading }
            .joined(separator: " ")
        let kept = options.isFull ? [:] : try await store?.seenSchemas(TargetSight.Kept.self, scope: scopeName) ?? [:]
        onPhase("looking at \(targets.count) schema\(targets.count == 1 ? "" : "s")")
        let sights = await looks(kept)
        var fresh: [TargetID: TargetSight.Kept] = [:]
        for (id, result) in sights {
            if let sight = try? result.get(), kept[id]?.mark != sight.mark { fresh[id] = sight.kept }
        }
        try await store?.keepSeenSchemas(fresh, scope: scopeName)

        let seen = sights.compactMapValues { try? $0.get() }
        let schemas = ExpectedSchemas(library: library, options: options, store: store, scratch: scratch)
        var comparison = Comparison(targets: targets, sights: seen)
        switch options.against {
        case .expected:
            onPhase("making the expected schemas")
            await comparison.compareWithExpected(schemas)
            comparison.compareWithMajority()
        case .majority: comparison.compareWithMajority()
        case .target(let id): comparison.compare(with: id)
        }
        let differing = comparison.differing
        if !differing.isEmpty {
            onPhase(
                "reading \(differing.count) schema\(differing.count == 1 ? "" : "s") that differ\(differing.count == 1 ? "s" : "")"
            )
        }
        let differences = await differences(differing, &comparison)
        let checks = targets.map { target in
            TargetCheck(
                target.target, sights[target.target.id], differences[target.target.id], comparison)
        }
        var files: [FilesCheck] = []
        if options.provesDowns {
            onPhase("proving the ways down")
            files = await schemas.proveDowns(of: targets, seen)
        }
        let elapsed = start.duration(to: .now).components
        return CheckReport(
            targets: checks, files: files, against: options.against, remarks: comparison.remarks,
            seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18)
    }

    private func looks(_ kept: [TargetID: TargetSight.Kept]) async -> [TargetID: Result<TargetSight, TargetFailure>] {
        await executor.visitNeighbours { session, target throws(TargetFailure) in
            try await TargetSight.look(
                session, target.scope(options.rules), files: try? library.files(of: target.access.source),
                kept: kept[target.target.id])
        } together: { session, first, others in
            await TargetSight.look(
                at: others, over: session, first.scope(options.rules),
                files: try? library.files(of: first.access.source), kept: kept)
        }
    }

    /// Reads what differs, of the kinds that do; of targets that others are compared with, too.
    private func differences(
        _ differing: [TargetID: Set<ObjectKind>], _ comparison: inout Comparison
    ) async -> [TargetID: Result<SchemaDifference, TargetFailure>] {
        guard !differing.isEmpty else { return [:] }
        let references = comparison.neededReferences(for: Set(differing.keys))
        let read = await executor.visit(Set(references.keys)) { session, target throws(TargetFailure) in
            _ = try await session.look()
            return try await session.snapshot(target.scope(options.rules), of: references[target.target.id])
        }
        comparison.add(read.compactMapValues { try? $0.get() })
        let comparison = comparison
        return await executor.visit(Set(differing.keys)) { session, target throws(TargetFailure) in
            let id = target.target.id
            _ = try await session.look()
            let kinds = differing[id] ?? []
            let live = try await session.snapshot(target.scope(options.rules), of: kinds)
            guard let expected = comparison.snapshot(for: id) else {
                throw TargetFailure(
                    kind: .unreachable, message: "What \(id) is compared with could not be read",
                    consequence: "Nothing was compared")
            }
            return SchemaDifference(expected: expected, live: live, kinds: kinds)
        }
    }
}
