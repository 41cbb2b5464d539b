/// What a target's version table says: the version, and whether a migration began and did not end.
///
/// golang-migrate's table holds no row (nothing applied, clean), one row, or `(-1, true)` (the first down failed).
public struct VersionState: Sendable, Hashable, Codable {
    /// The recorded version; `nil` when nothing is applied.
    public var version: Version?
    /// True from before a non-transactional migration's first statement until after its last.
    public var isDirty: Bool

    /// Makes a state from the table's row.
    public init(version: Version?, isDirty: Bool = false) {
        self.version = version
        self.isDirty = isDirty
    }

    /// A database on which nothing was ever applied.
    public static let empty = VersionState(version: nil)
}

extension VersionState: CustomStringConvertible {
    public var description: String {
        (version.map(String.init(describing:)) ?? "none") + (isDirty ? " (dirty)" : "")
    }
}
