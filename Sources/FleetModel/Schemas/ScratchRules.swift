/// What a scratch database needs before migrations are replayed on it: what a fleet's databases have from elsewhere.
public struct ScratchRules: Sendable, Hashable, Codable {
    /// Extensions that are made; they must be installed where scratch runs.
    public var extensions: [String]
    /// Roles that are made, without a login, for files that grant them something.
    public var roles: [String]
    /// A file of SQL that is run then, as an absolute path.
    public var prelude: String?

    /// The folder of the server programs (initdb, postgres, pg_ctl, psql), as an absolute path; nil for those of this
    /// machine that are of the fleet's release.
    public var programs: String?

    /// An empty database.
    public init(
        extensions: [String] = [], roles: [String] = [], prelude: String? = nil, programs: String? = nil
    ) {
        self.programs = programs
        self.extensions = extensions
        self.roles = roles
        self.prelude = prelude
    }
}
