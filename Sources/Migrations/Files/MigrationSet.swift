public import FleetModel
internal import SQL

/// All migrations of one directory, as they were when it was read.
///
/// The files are read and hashed at once, so that a file edited later cannot slip into a rollout that has begun;
/// their SQL is parsed when it is first needed.
public struct MigrationSet: Sendable {
    /// The directory, as the user gave it.
    public let directory: String
    /// By version, in ascending order; never empty.
    public let migrations: [Migration]
    /// What golang-migrate would pass over in silence; what is in the files is in `scriptFindings()`.
    public let findings: [Finding]

    /// Reads a directory.
    /// - Throws: when it cannot be read, holds no migration, or names are ambiguous. Nothing is connected before.
    public static func load(directory path: String) throws(MigrationsError) -> MigrationSet {
        let directory = Directory(path: path)
        var byVersion: [Version: Migration] = [:]
        var findings: [Finding] = []
        for name in try directory.fileNames() {
            guard let parsed = FileName(name) else {
                if let stray = Self.stray(name, in: directory) { findings.append(stray) }
                continue
            }
            guard let version = Version(text: parsed.digits) else {
                throw MigrationsError(reason: .versionTooLarge(file: directory.path(of: name)), directory: path)
            }
            var migration = byVersion[version] ?? Migration(version: version)
            if let other = migration.file(parsed.direction) {
                let first = String(other.path.dropFirst(directory.path(of: "").count))
                throw MigrationsError(
                    reason: .duplicate(version: version, direction: parsed.direction, first: first, second: name),
                    directory: path)
            }
            let file = MigrationFile(
                version: version, versionText: String(parsed.digits), title: parsed.title,
                direction: parsed.direction, path: directory.path(of: name), bytes: try directory.bytes(ofFile: name))
            switch parsed.direction {
            case .up: migration.up = file
            case .down: migration.down = file
            }
            byVersion[version] = migration
        }
        guard !byVersion.isEmpty else { throw MigrationsError(reason: .empty, directory: path) }
        let migrations = byVersion.values.sorted { $0.version < $1.version }
        return MigrationSet(
            directory: path, migrations: migrations, findings: findings + migrations.compactMap(Self.missing))
    }

    /// The versions in ascending order.
    public var versions: [Version] { migrations.map(\.version) }

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
    private static func stray(_ name: String, in directory: Directory) -> Finding? {
        guard name.lowercased().hasSuffix(".sql") else { return nil }
        return Finding(
            kind: .strayFile, file: directory.path(of: name),
            message:
                "not the name of a migration, so it never runs. Name it VERSION_TITLE.up.sql or .down.sql, or move it")
    }

    private static func missing(in migration: Migration) -> Finding? {
        switch (migration.up, migration.down) {
        case (nil, let down?):
            Finding(
                kind: .missingUp, file: down.path,
                message: "version \(migration.version) has no up file: it is recorded without running anything")
        case (let up?, nil):
            Finding(
                kind: .missingDown, file: up.path,
                message: "version \(migration.version) has no down file: it cannot be rolled back")
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
