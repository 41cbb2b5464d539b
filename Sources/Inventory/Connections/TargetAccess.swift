public import FleetModel

/// How to reach a target and how to behave there. May hold secrets: never stored, never sent.
public struct TargetAccess: Sendable, Hashable {
    /// libpq's keywords as the inventory gives them, inherited ones included; without host, port and dbname.
    public let keywords: [String: SecretText]
    /// The server.
    public let endpoint: HostEndpoint
    /// The database to connect to.
    public let database: String
    /// The schema to migrate; `nil` means the connection's own search path.
    public let schema: String?
    /// How long reaching the server may take.
    public let connectTimeout: ConnectTimeout
    /// The folder with the migration files, as an absolute path.
    public let migrations: String
    /// How migrations behave there.
    public let rules: TargetRules

    init(_ settings: Settings, endpoint: HostEndpoint, database: String, schema: String?) {
        keywords = settings.keywords
        self.endpoint = endpoint
        self.database = database
        self.schema = schema
        connectTimeout = settings.connectTimeout
        migrations = settings.migrations
        rules = settings.rules
    }

    /// All but the schema: targets for which it is the same can be reached over one session.
    public struct Shared: Sendable, Hashable {
        private let keywords: [String: SecretText]
        private let endpoint: HostEndpoint
        private let database: String
        private let connectTimeout: ConnectTimeout
        private let rules: TargetRules

        init(_ access: TargetAccess) {
            keywords = access.keywords
            endpoint = access.endpoint
            database = access.database
            connectTimeout = access.connectTimeout
            rules = access.rules
        }
    }

    /// What it has in common with other schemas of its database.
    public var shared: Shared { Shared(self) }

    /// All of libpq's keywords with their values, host, port and dbname included, ready for a connection.
    ///
    /// - Throws: `SecretError` for the first reference, in the order of the keywords, that cannot be looked up.
    public func resolved(with resolver: SecretResolver) async throws(SecretError) -> [String: String] {
        let servers = endpoint.servers
        var values = [
            "host": servers.map(\.host).joined(separator: ","),
            "port": servers.map { String($0.port) }.joined(separator: ","), "dbname": database,
        ]
        // Of a primary and its standbys, the one that takes writes, whichever that is now.
        if endpoint.isList { values["target_session_attrs"] = "read-write" }
        for (keyword, text) in keywords.sorted(by: { $0.key < $1.key }) {
            // Most texts refer to nothing; only the others are worth a turn of the resolver.
            values[keyword] = if let literal = text.literal { literal } else { try await resolver.resolve(text) }
        }
        return values
    }

    /// The same once more after a server refused `values`: tokens that live for minutes may have expired since they were
    /// looked up. `nil` when nothing has changed, so that another attempt would be refused as well.
    public func renewed(
        _ values: [String: String], with resolver: SecretResolver
    ) async throws(SecretError) -> [String: String]? {
        for text in keywords.values where text.isReference { await resolver.doubt(text) }
        let renewed = try await resolved(with: resolver)
        return renewed == values ? nil : renewed
    }
}
