/// A query beside a migration, `VERSION_TITLE.verify.sql`, that must answer with one true value once its version is in.
public struct VerifyFile: Sendable, Hashable {
    /// The file's name.
    public let name: String
    /// The query.
    public let text: String
}
