public import FleetModel

/// All that one `fleet.yaml` describes, checked.
public struct Fleet: Sendable {
    /// Where journals, approvals and check results live.
    public enum Store: Sendable, Hashable {
        /// A SQLite file, as an absolute path.
        case sqlite(String)
        /// A PostgreSQL database, as a connection URI; may be a reference.
        case postgres(SecretText)
    }

    /// The fleet's name.
    public let name: String
    /// The file's path, as the user gave it.
    public let file: String
    /// The folder with the migration files, as an absolute path; environments and targets may have their own.
    public let migrations: String
    /// Whose files are in that folder, as `defaults` say.
    public let layout: Layout
    /// Where journals live.
    public let store: Store
    /// In the order of a rollout: each after all that its `after` names, otherwise as in the file.
    public let environments: [Environment]
    /// How many targets may fail in a rollout, all environments together; `nil` is without a limit of its own.
    public let maxFailures: FailureLimit?
    /// The hooks around every rollout.
    public let hooks: HookSet?
    /// What of schemas is compared.
    public let check: CheckRules
    /// What a scratch database needs before migrations are replayed on it.
    public let scratch: ScratchRules
    /// The server on which scratch databases are made; nil for throw-away ones of this machine's programs.
    public let scratchServer: TargetAccess?
    /// What runs by itself, in the order of the file.
    public let schedules: [Schedule]
    /// Who is told of what.
    public let alerts: [Alert]
    /// What is worth a look, but no error.
    public let warnings: [InventoryProblem]

    /// The targets that the file names, in the order of a rollout.
    public var targets: [FleetTarget] { environments.flatMap(\.targets) }

    /// Whether targets of the fleet are on one of these servers, as far as addresses tell.
    public func hasTargets(on endpoint: HostEndpoint) -> Bool {
        let servers = Set(endpoint.servers)
        return environments.contains { environment in
            (environment.targets.map(\.access) + environment.discoveries.map(\.access)).contains { access in
                !servers.isDisjoint(with: access.endpoint.servers)
            }
        }
    }

    /// What the file names and leaves out of everything, in the same order.
    public var leftOut: [LeftOutTarget] { environments.flatMap(\.leftOut) }
}
