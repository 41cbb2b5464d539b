public import FleetModel
public import Inventory
public import Migrations

/// Where migrations are, and whose files they are.
public struct MigrationSource: Sendable, Hashable {
    /// The folder, as the inventory gives it.
    public let directory: String
    /// The tool whose files they are.
    public let layout: Layout

    /// Names a source.
    public init(directory: String, layout: Layout) {
        self.directory = directory
        self.layout = layout
    }
}

extension TargetAccess {
    /// Where the target's migrations are.
    public var source: MigrationSource { MigrationSource(directory: migrations, layout: rules.layout) }
}

/// The migrations of a fleet, each directory read once per run however many targets use it.
public struct MigrationLibrary: Sendable {
    private let sets: [MigrationSource: MigrationSet]

    /// Reads directories.
    ///
    /// - Throws: the first error, in the order of the directories; nothing is connected before.
    public init(_ sources: some Sequence<MigrationSource>) throws(MigrationsError) {
        var sets: [MigrationSource: MigrationSet] = [:]
        let order = Set(sources).sorted { ($0.directory, $0.layout.rawValue) < ($1.directory, $1.layout.rawValue) }
        for source in order { sets[source] = try MigrationSet.load(directory: source.directory, layout: source.layout) }
        self.sets = sets
    }

    /// The files of a source that was read.
    ///
    /// - Throws: `directoryMissing` for one that was not among them.
    public func files(of source: MigrationSource) throws(MigrationsError) -> MigrationSet {
        guard let set = sets[source] else {
            throw MigrationsError(reason: .directoryMissing, directory: source.directory)
        }
        return set
    }

    /// All that was read, by directory.
    public var all: [MigrationSet] { sets.values.sorted { $0.directory < $1.directory } }
}
