/// The name of a target, unique in its fleet: `environment/host/database` or `environment/host/database/schema`.
public struct TargetID: Sendable, Hashable, Comparable, Codable, RawRepresentable {
    /// The text as it is typed and printed.
    public let rawValue: String

    /// Takes the text as it is.
    public init(rawValue: String) { self.rawValue = rawValue }

    public static func < (left: TargetID, right: TargetID) -> Bool { left.rawValue < right.rawValue }

    /// The environment's name, with which it begins.
    public var environment: String { String(rawValue.prefix { $0 != "/" }) }

    /// The name as one word of a shell, in quotes where it needs them.
    public var argument: String {
        let isPlain = rawValue.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isPlain
            ? rawValue
            : "'"
                + rawValue.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
    }
}

extension TargetID: CustomStringConvertible {
    public var description: String { rawValue }
}

/// One place where migrations are applied. Holds no secret and no connection setting, so it can be stored and sent.
public struct Target: Sendable, Hashable, Codable {
    /// Unique in the fleet.
    public let id: TargetID
    /// The environment's name.
    public let environment: String
    /// The server; `per_host` counts on it.
    public let endpoint: HostEndpoint
    /// The host's name in the inventory, as people say it; the address where the inventory gives none.
    public let hostName: String
    /// The database's name.
    public let database: String
    /// The schema, for schema-per-tenant targets; `nil` means the connection's own search path.
    public let schema: String?
    /// Labels of the host and of the target, merged; the target's win.
    public let labels: [String: String]

    /// Makes a target.
    public init(
        id: TargetID, environment: String, endpoint: HostEndpoint, hostName: String, database: String,
        schema: String? = nil, labels: [String: String] = [:]
    ) {
        self.id = id
        self.environment = environment
        self.endpoint = endpoint
        self.hostName = hostName
        self.database = database
        self.schema = schema
        self.labels = labels
    }
}
