public import FleetModel
internal import SQL

/// All migrations of one directory, as they were when it was read.
///
/// The files are read and hashed at once, so that a file edited later cannot slip into a rollout that has begun;
/// their SQL is parsed when it is first needed.
public struct MigrationSet: Sendable {
    /// The directory, as the user gave it.
    public let directory: String
    /// Whose files they are.
    public let layout: Layout
    /// By version, in ascending order; never empty.
    public let migrations: [Migration]
    /// Their versions. Kept, because each target of a fleet is compared with them.
    public let versions: [Version]
    /// What the tool would pass over in silence; what is in the files is in `scriptFindings()`.
    public let findings: [Finding]
    /// The files that make up the migrations, in the order of their names.
    public let sums: [FileSum]

    /// The newest version.
    public var newest: Version? { migrations.last?.version }

    /// The migration with this version.
    public func migration(_ version: Version) -> Migration? { index(of: version).map { migrations[$0] } }

    /// The file that a step runs; `nil` when the version has none for that direction.
    public func file(for step: MigrationStep) -> MigrationFile? { migration(step.version)?.file(step.direction) }

    /// Where a version is in `migrations`.
    func index(of version: Version) -> Int? {
        var low = 0
        var high = migrations.count
        while low < high {
            let middle = (low + high) / 2
            if migrations[middle].version < version { low = middle + 1 } else { high = middle }
        }
        return low < migrations.count && migrations[low].version == version ? low : nil
    }

    /// Reads the SQL of all files and says what pgfleet cannot run or the grammar cannot read.
    public func scriptFindings() -> [Finding] {
        migrations.flatMap { [$0.up, $0.down].compactMap { $0?.finding() } }
    }
}

extension MigrationSet {
    static func missing(in migration: Migration) -> Finding? {
        switch (migration.up, migration.down) {
        case (nil, let down?):
            Finding(
                kind: .missingUp, file: down.path,
                message:
                    "version \(migration.version) has nothing for the way up: it is recorded without running anything")
        case (let up?, nil):
            Finding(
                kind: .missingDown, file: up.path,
                message: "version \(migration.version) has nothing for the way down: it cannot be rolled back")
        case (_?, _?), (nil, nil): nil
        }
    }
}

extension MigrationFile {
    fileprivate func finding() -> Finding? {
        do {
            let script = try runnableScript()
            guard let refusal = script.refusal else { return nil }
            return Finding(
                kind: .unreadSQL, file: path, line: refusal.place.line, column: refusal.place.column,
                message: "\(refusal.reason) (read with the grammar of PostgreSQL 15; it is sent as a whole, in one "
                    + "transaction, and a newer server may know it)")
        } catch {
            return Finding(
                kind: .unrunnable, file: path, line: error.place.line, column: error.place.column,
                message: "\(error.reason)")
        }
    }
}
