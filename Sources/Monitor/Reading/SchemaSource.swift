public import FleetModel
internal import Foundation
public import Inventory
internal import Migrations
public import Rollout
public import Schema

/// Where a schema comes from that is compared with another one.
public enum SchemaSource: Sendable, Hashable {
    /// A live target.
    case target(TargetID)
    /// What the migration files lead to; nil for nothing applied.
    case version(Version?)
    /// What a file of SQL makes of an empty database.
    case script(String)
    /// A snapshot that was kept.
    case file(String)

    /// Reads a command's word: a target's name, a version or `none`, or a file that ends with `.sql`, or another file.
    public init?(_ word: String, targets: Set<TargetID>) {
        if targets.contains(TargetID(rawValue: word)) {
            self = .target(TargetID(rawValue: word))
        } else if word == "none" {
            self = .version(nil)
        } else if let version = Version(text: word) {
            self = .version(version)
        } else if FileManager.default.fileExists(atPath: word) {
            self = word.hasSuffix(".sql") ? .script(word) : .file(word)
        } else {
            return nil
        }
    }
}

/// Reads schemas from wherever they come.
public actor SchemaReader {
    private let executor: TargetExecutor
    private let targets: [TargetID: FleetTarget]
    private let library: MigrationLibrary
    private let files: MigrationSource
    private let check: CheckRules
    private let scratch: ScratchServers

    /// - Parameter files: the migrations whose versions are meant.
    public init(
        executor: TargetExecutor, targets: [FleetTarget], library: MigrationLibrary, files: MigrationSource,
        check: CheckRules, scratch: ScratchServers
    ) {
        self.executor = executor
        self.targets = Dictionary(targets.map { ($0.target.id, $0) }) { first, _ in first }
        self.library = library
        self.files = files
        self.check = check
        self.scratch = scratch
    }

    /// How two schemas are looked at so that they can be compared: of a target that is one schema, as that one.
    public func scope(for sources: [SchemaSource]) -> CatalogScope {
        let schemas = sources.compactMap { source -> String?? in
            guard case .target(let id) = source else { return nil }
            return .some(targets[id]?.target.schema)
        }
        let isHomeOnly = schemas.contains { $0 != nil }
        return CatalogScope(home: schemas.compactMap(\.self).first ?? nil, isHomeOnly: isHomeOnly, rules: check)
    }

    /// The schema.
    ///
    /// - Throws: `TargetFailure` where a target cannot be read, `ScratchError`, `MigrationsError`, `SchemaSourceError`.
    public func snapshot(of source: SchemaSource, _ scope: CatalogScope) async throws -> SchemaSnapshot {
        switch source {
        case .target(let id):
            let read = await executor.visit([id]) { session, target throws(TargetFailure) in
                _ = try await session.look()
                var own = scope
                own.home = target.target.schema
                return try await session.snapshot(own)
            }
            guard let result = read[id] else { throw SchemaSourceError("\(id) is not among the targets") }
            return try result.get()
        case .version(let version):
            let set = try library.files(of: files)
            var rules = TargetRules()
            rules.layout = files.layout
            let server = try await scratch.server(major: nil)
            let replay = Replay(set: set, rules: rules, scratch: scratch.rules, scope: scope)
            if let version, set.migration(version) == nil {
                throw SchemaSourceError("version \(version) is not among the files of \(files.directory)")
            }
            guard let found = try await replay.schemas(on: [version], server).first else {
                throw SchemaSourceError("nothing was replayed")
            }
            return found.snapshot
        case .script(let path):
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return try await scratch.server(major: nil).snapshot(
                running: text, called: path, scratch.rules, scope)
        case .file(let path):
            guard let file = SnapshotFile.decoded(try Data(contentsOf: URL(fileURLWithPath: path))) else {
                throw SchemaSourceError(
                    "\(path) is no snapshot of pgfleet (write one with: pgfleet snapshot TARGET --file \(path)), "
                        + "nor a file of SQL, whose name ends with .sql")
            }
            return file.snapshot
        }
    }
}

/// Why something has no schema to compare.
public struct SchemaSourceError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
