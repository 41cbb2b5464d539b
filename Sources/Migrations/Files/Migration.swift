public import FleetModel

/// One version and its files; it has at least one of them.
public struct Migration: Sendable {
    /// The version.
    public let version: Version
    /// Applies it; without it the version is recorded and nothing is run.
    public internal(set) var up: MigrationFile?
    /// Reverts it.
    public internal(set) var down: MigrationFile?
    /// What must be true once it is applied.
    public internal(set) var verification: VerifyFile?

    /// The up file's title, or the down file's where there is no other.
    public var title: String { (up ?? down)?.title ?? "" }

    /// The file for one direction.
    public func file(_ direction: Direction) -> MigrationFile? {
        switch direction {
        case .up: up
        case .down: down
        }
    }
}
