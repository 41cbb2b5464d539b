public import Migrations

/// The migrations directories of a fleet, each read once per run however many targets use it.
public struct MigrationLibrary: Sendable {
    private let sets: [String: MigrationSet]

    /// Reads directories.
    ///
    /// - Throws: the first error, in the order of the directories; nothing is connected before.
    public init(directories: some Sequence<String>) throws(MigrationsError) {
        var sets: [String: MigrationSet] = [:]
        for directory in directories where sets[directory] == nil {
            sets[directory] = try MigrationSet.load(directory: directory)
        }
        self.sets = sets
    }

    /// The files of a directory that was read.
    ///
    /// - Throws: `directoryMissing` for one that was not among them.
    public func files(in directory: String) throws(MigrationsError) -> MigrationSet {
        guard let set = sets[directory] else {
            throw MigrationsError(reason: .directoryMissing, directory: directory)
        }
        return set
    }

    /// The directories' files, by directory.
    public var all: [MigrationSet] { sets.values.sorted { $0.directory < $1.directory } }
}
