internal import Crypto
public import FleetModel
internal import SQL

extension MigrationSet {
    /// Reads a directory.
    /// - Throws: when it cannot be read, holds no migration, or names are ambiguous. Nothing is connected before.
    public static func load(
        directory path: String, layout: Layout = .golangMigrate
    ) throws(MigrationsError) -> MigrationSet {
        let directory = Directory(path: path)
        let rules = layout.files
        var byVersion: [Version: Migration] = [:]
        var findings: [Finding] = []
        var sums: [FileSum] = []
        var verifications: [(digits: String, name: String)] = []
        let names = try directory.fileNames()
        let isThere = Set(names)
        for name in names {
            switch rules.reading(of: name) {
            case .other: continue
            case .refused(let why):
                throw MigrationsError(reason: .refused(file: directory.path(of: name), nil, why: why), directory: path)
            case .finding(let kind, let message):
                findings.append(Finding(kind: kind, file: directory.path(of: name), message: message))
            case .verification(let digits): verifications.append((digits, name))
            case .migration(let digits, let title, let direction):
                guard let version = Version(text: digits) else {
                    throw MigrationsError(reason: .versionTooLarge(file: directory.path(of: name)), directory: path)
                }
                var migration = byVersion[version] ?? Migration(version: version)
                for direction in direction.map({ [$0] }) ?? Direction.allCases {
                    guard let other = migration.file(direction) else { continue }
                    throw MigrationsError(
                        reason: .duplicate(
                            version: version, direction: direction, first: other.name, second: name), directory: path)
                }
                let bytes = try directory.bytes(ofFile: name)
                let checksum = SHA256.hash(data: bytes).hex
                sums.append(FileSum(name: name, checksum: checksum))
                var settings: [UInt8]?
                if let name = rules.settingsName(for: name), isThere.contains(name) {
                    settings = try directory.bytes(ofFile: name)
                    sums.append(FileSum(name: name, checksum: SHA256.hash(data: settings ?? []).hex))
                }
                let sections: [FileSection]
                do {
                    sections = try rules.sections(of: bytes, direction: direction, settings: settings)
                } catch {
                    throw MigrationsError(error, file: directory.path(of: name), directory: path)
                }
                let sum = layout == .flyway ? FlywayTable.checksum(of: bytes) : nil
                for section in sections {
                    let file = MigrationFile(
                        version: version, versionText: digits, title: title, direction: section.direction,
                        path: directory.path(of: name), bytes: bytes, checksum: checksum,
                        section: section, lineChecksum: sum)
                    switch section.direction {
                    case .up: migration.up = file
                    case .down: migration.down = file
                    }
                }
                byVersion[version] = migration
            }
        }
        for (digits, name) in verifications {
            try add(name, digits, to: &byVersion, &sums, &findings, from: directory)
        }
        sums.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        guard !byVersion.isEmpty else { throw MigrationsError(reason: .empty(layout), directory: path) }
        let migrations = byVersion.values.sorted { $0.version < $1.version }
        if let disorder = rules.disorder(among: migrations) {
            throw MigrationsError(disorder, file: path, directory: path)
        }
        return MigrationSet(
            directory: path, layout: layout, migrations: migrations, versions: migrations.map(\.version),
            findings: findings + migrations.compactMap(Self.missing)
                + (try directory.integrityFindings(names, sums)), sums: sums)
    }
}

extension MigrationSet {
    /// Reads a query that verifies a version.
    private static func add(
        _ name: String, _ digits: String, to migrations: inout [Version: Migration], _ sums: inout [FileSum],
        _ findings: inout [Finding], from directory: Directory
    ) throws(MigrationsError) {
        let path = directory.path(of: name)
        guard let version = Version(text: digits), migrations[version] != nil else {
            let message = "there is no migration that it could verify, so it never runs. Name it after one, or move it"
            return findings.append(Finding(kind: .strayFile, file: path, message: message))
        }
        if let other = migrations[version]?.verification {
            throw MigrationsError(
                reason: .refused(file: path, nil, why: "\(other.name) verifies version \(version) already"),
                directory: directory.path)
        }
        let bytes = try directory.bytes(ofFile: name)
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw MigrationsError(
                reason: .refused(file: path, nil, why: "the file is not UTF-8 text"), directory: directory.path)
        }
        sums.append(FileSum(name: name, checksum: SHA256.hash(data: bytes).hex))
        migrations[version]?.verification = VerifyFile(name: name, text: text)
    }
}

extension MigrationsError {
    fileprivate init(_ refusal: FileRefusal, file: String, directory: String) {
        self.init(reason: .refused(file: refusal.file ?? file, refusal.place, why: refusal.why), directory: directory)
    }
}
