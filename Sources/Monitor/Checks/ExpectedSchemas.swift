internal import Crypto
internal import FleetModel
internal import Foundation
internal import Inventory
internal import Migrations
internal import Rollout
internal import Schema
internal import Store

/// What schemas should look like, from the store where they are known and from scratch where not.
actor ExpectedSchemas {
    let library: MigrationLibrary
    let options: CheckOptions
    let store: Store?
    let scratch: ScratchServers

    init(library: MigrationLibrary, options: CheckOptions, store: Store?, scratch: ScratchServers) {
        self.scratch = scratch
        self.library = library
        self.options = options
        self.store = store
    }

    /// The schemas of a group on some versions, as far as the files have them.
    ///
    /// - Throws: why nothing can be replayed.
    func schemas(
        of group: Group, rules: TargetRules, on versions: Set<Version?>
    ) async throws -> [Version?: ExpectedSchema] {
        let set = try library.files(of: group.source)
        let known = versions.filter { version in version.map { set.migration($0) != nil } ?? true }
        guard !known.isEmpty else { return [:] }
        let scope = CatalogScope(home: group.home, isHomeOnly: group.isHomeOnly, rules: options.rules)
        let basis = basis(of: group)
        let keys = Dictionary(known.map { ($0, key(basis, set, $0)) }) { first, _ in first }
        let kept = try await store?.expectedSchemas(ExpectedSchema.self, keys: keys.values) ?? [:]
        var found: [Version?: ExpectedSchema] = [:]
        for (version, key) in keys {
            guard let schema = kept[key], await isCurrent(schema, group) else { continue }
            found[version] = schema
        }
        let missing = known.subtracting(found.keys)
        guard !missing.isEmpty else { return found }
        let server = try await scratch.server(major: group.major)
        let replay = Replay(set: set, rules: rules, scratch: scratch.rules, scope: scope)
        var made: [String: ExpectedSchema] = [:]
        for schema in try await replay.schemas(on: missing, server) {
            found[schema.version] = schema
            if let key = keys[schema.version] { made[key] = schema }
        }
        try await store?.keepExpectedSchemas(made)
        return found
    }

    /// Whether a schema that is known is of the targets' release, or that release is still not to be had.
    private func isCurrent(_ schema: ExpectedSchema, _ group: Group) async -> Bool {
        if schema.fingerprint.server / 10_000 == group.major { return true }
        return await !scratch.has(major: group.major)
    }

    /// A digest of all that the schema depends on.
    private func key(_ basis: [String], _ set: MigrationSet, _ version: Version?) -> String {
        key(
            basis,
            files: set.migrations.filter { version != nil && $0.version <= version ?? $0.version }
                .map { "\($0.version) \($0.up?.checksum ?? "-")" })
    }

    /// A digest of files in their order, and of all that their replay depends on beside them.
    func key(_ basis: [String], files: [String]) -> String {
        SHA256.hash(data: Array((basis + files).joined(separator: "\n").utf8)).hex
    }

    /// All that a replay of files depends on beside them, the same for each version: how they are run and looked at, what
    /// scratch needs, and the server's release.
    func basis(of group: Group) -> [String] {
        let prelude = scratch.rules.prelude.flatMap { try? Data(contentsOf: URL(fileURLWithPath: $0)) } ?? Data()
        let scratch = scratch.rules
        var scope = CatalogScope(isHomeOnly: group.isHomeOnly, rules: options.rules)
        if !group.isHomeOnly { scope.home = group.home }
        return [
            scope.reading, group.source.layout.rawValue, group.table, group.tableSchema ?? "", String(group.major),
            SHA256.hash(data: prelude).hex,
        ] + scratch.extensions + ["roles"] + scratch.roles + ["files"]
    }
}
