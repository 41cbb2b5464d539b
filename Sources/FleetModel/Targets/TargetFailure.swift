/// Why something failed on one target, as it is stored, sent and printed. Holds no secret and no row data.
public struct TargetFailure: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The server did not answer: name, network, refused connection, starting up or shutting down.
        case unreachable
        /// The server refused the user or the password.
        case authentication
        /// TLS was required and refused, or a certificate was not trusted.
        case tls
        /// The database (or the schema) does not exist.
        case unknownDatabase = "unknown_database"
        /// The role lacks a right that is needed.
        case permissionDenied = "permission_denied"
        /// The version table says that a migration began and did not end.
        case dirty
        /// The version table holds what neither golang-migrate nor pgfleet leaves, or belongs to another tool.
        case versionTable = "version_table"
        /// Someone else holds the migration lock.
        case lockHeld = "lock_held"
        /// The target is on a version that the plan did not expect.
        case moved
        /// The target's version is not among the files.
        case unknownVersion = "unknown_version"
        /// A file of the plan is missing or was changed since the plan was made.
        case filesChanged = "files_changed"
        /// A down file that the way back needs does not exist.
        case missingDown = "missing_down"
        /// A statement failed.
        case sql
        /// A statement waited too long for a lock (SQLSTATE 55P03).
        case lockTimeout = "lock_timeout"
        /// Locks of others stood in the way at every try. Nothing is wrong with the migration and nothing was changed;
        /// it is to be tried again later.
        case deferred
        /// Long transactions of others are open, and the inventory refuses to begin among them.
        case busy
        /// A file lies below the target's version and was never applied there.
        case outOfOrder = "out_of_order"
        /// A migration on the way loses data or breaks running clients, and nobody allowed that by name.
        case hazard
        /// A pooler in transaction mode lies between, behind which session locks are unsafe.
        case pooled
        /// A standby, or a database that takes no writes.
        case readOnly = "read_only"
        /// The connection broke.
        case connectionLost = "connection_lost"
        /// A deadline passed: the client's, or the server's `statement_timeout`.
        case timedOut = "timed_out"
        /// The operator cancelled it.
        case cancelled
        /// A secret or another setting could not be resolved.
        case configuration
        /// A check of a gate said no.
        case probe
        /// A hook failed that stands before something.
        case hook
        /// The version has not passed the environments that it has to pass first.
        case notPromoted = "not_promoted"
        /// An operator said that the rollout goes on without it.
        case skipped
    }

    /// The place in a migration file.
    public struct Place: Sendable, Hashable, Codable {
        /// Path as the user gave it.
        public var file: String
        /// From 1.
        public var line: Int
        /// From 1, in characters.
        public var column: Int
        /// Which statement of the file, from 1.
        public var statement: Int?
        /// How many statements the file has.
        public var statements: Int?
        /// The statement's first line, cut to a readable length.
        public var excerpt: String?

        /// Makes a place.
        public init(
            file: String, line: Int, column: Int, statement: Int? = nil, statements: Int? = nil, excerpt: String? = nil
        ) {
            self.file = file
            self.line = line
            self.column = column
            self.statement = statement
            self.statements = statements
            self.excerpt = excerpt
        }
    }

    private struct Content: Sendable, Hashable, Codable {
        var kind: Kind
        var message: String
        var step: MigrationStep?
        var place: Place?
        var sqlState: String?
        var hint: String?
        var consequence: String?
        var remedy: String?
    }

    private var box: Boxed<Content>

    /// What a program decides on.
    public var kind: Kind {
        get { box.content.kind }
        set { box.content.kind = newValue }
    }
    /// What happened, in one sentence.
    public var message: String {
        get { box.content.message }
        set { box.content.message = newValue }
    }
    /// The migration that was run.
    public var step: MigrationStep? {
        get { box.content.step }
        set { box.content.step = newValue }
    }
    /// Where in which file.
    public var place: Place? {
        get { box.content.place }
        set { box.content.place = newValue }
    }
    /// The server's five-character code.
    public var sqlState: String? {
        get { box.content.sqlState }
        set { box.content.sqlState = newValue }
    }
    /// The server's hint.
    public var hint: String? {
        get { box.content.hint }
        set { box.content.hint = newValue }
    }
    /// What state the database is in now, in words.
    public var consequence: String? {
        get { box.content.consequence }
        set { box.content.consequence = newValue }
    }
    /// What to do next.
    public var remedy: String? {
        get { box.content.remedy }
        set { box.content.remedy = newValue }
    }

    /// Makes a failure.
    public init(
        kind: Kind, message: String, step: MigrationStep? = nil, place: Place? = nil, sqlState: String? = nil,
        hint: String? = nil, consequence: String? = nil, remedy: String? = nil
    ) {
        box = .value(
            Content(
                kind: kind, message: message, step: step, place: place, sqlState: sqlState, hint: hint,
                consequence: consequence, remedy: remedy))
    }
}

extension TargetFailure: Codable {
    /// Reads the parts.
    public init(from decoder: any Decoder) throws {
        box = .value(try Content(from: decoder))
    }

    /// Writes the parts.
    public func encode(to encoder: any Encoder) throws {
        try box.content.encode(to: encoder)
    }
}
