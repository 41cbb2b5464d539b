internal import FleetModel
internal import Inventory
internal import Migrations
internal import Rollout
internal import Schema
internal import Store

extension ExpectedSchemas {
    /// So many versions may be new for that what is known of those below is taken over.
    private static let newVersions = 20

    /// Proves the ways down of all files that some targets use: once for each group of targets that are replayed alike.
    ///
    /// - Parameter sights: what was seen of the targets. Of files whose targets were not seen nothing can be proven, as it is
    ///   not known where they are run.
    func proveDowns(of targets: [FleetTarget], _ sights: [TargetID: TargetSight]) async -> [FilesCheck] {
        let groups = Dictionary(grouping: ExpectedGroups(targets, sights).entries) { $0.group.source }
        var sources: [MigrationSource] = []
        for source in targets.map(\.access.source) where !sources.contains(source) { sources.append(source) }
        var checks: [FilesCheck] = []
        for source in sources { checks.append(await proveDowns(of: source, groups[source] ?? [])) }
        return checks
    }

    private func proveDowns(of source: MigrationSource, _ groups: [ExpectedGroups.Entry]) async -> FilesCheck {
        let set = try? library.files(of: source)
        var tried: [Int] = []
        var obstacles: [String] = groups.isEmpty ? ["none of the targets that use them could be looked at"] : []
        var findings: [CheckFinding] = []
        for entry in groups {
            do {
                guard let set else { continue }
                let proof = try await downs(of: entry.group, entry.rules, set).placed(in: set)
                tried.append(set.versions.count { version in proof.newest.map { version <= $0 } ?? false })
                if let obstacle = proof.obstacle, !obstacles.contains(obstacle) { obstacles.append(obstacle) }
                for finding in proof.faults.compactMap({ CheckFinding($0, in: set) }) where !findings.contains(finding)
                {
                    findings.append(finding)
                }
            } catch {
                tried.append(0)
                if !obstacles.contains("\(error)") { obstacles.append("\(error)") }
            }
        }
        return FilesCheck(
            id: TargetID(rawValue: "files:" + name(of: source.directory)), directory: source.directory,
            versions: set?.versions.count ?? 0, tried: tried.min() ?? 0, obstacles: obstacles, findings: findings)
    }

    /// From the store where it is known, and else from scratch, on top of what is known of the versions below.
    private func downs(
        of group: Group, _ rules: TargetRules, _ set: MigrationSet
    ) async throws -> DownProof {
        let sums = Dictionary(set.sums.map { ($0.name, $0.checksum) }) { first, _ in first }
        // Of whole files: their tool's marks count, too.
        let files = set.migrations.map { migration in
            let names = Direction.allCases.compactMap { migration.file($0)?.name }
            return (["\(migration.version)"] + names.flatMap { [sums[$0] ?? "-", sums[$0 + ".conf"] ?? "-"] })
                .joined(separator: " ")
        }
        let basis = basis(of: group)
        let key = { (count: Int) in self.key(basis, files: ["downs 1"] + files.prefix(count)) }
        let counts = Array(stride(from: files.count, through: max(1, files.count - Self.newVersions), by: -1))
        let kept = try await store?.expectedSchemas(DownProof.self, keys: counts.map(key)) ?? [:]
        if let proof = kept[key(files.count)] { return proof }
        let known = counts.lazy.compactMap { kept[key($0)] }.first
        let scope = CatalogScope(home: group.home, isHomeOnly: group.isHomeOnly, rules: options.rules)
        let replay = Replay(set: set, rules: rules, scratch: scratch.rules, scope: scope)
        let proof = try await replay.downs(after: known, try await scratch.server(major: group.major))
        if proof.obstacle == nil { try await store?.keepExpectedSchemas([key(files.count): proof]) }
        return proof
    }

    /// A folder's path from the inventory's on, where it lies in that.
    private func name(of directory: String) -> String {
        let prefix = options.folder.hasSuffix("/") ? options.folder : options.folder + "/"
        return directory.hasPrefix(prefix) ? String(directory.dropFirst(prefix.count)) : directory
    }
}
