public import FleetModel

/// Which targets a command is about: `--env`, `--host`, `--target` and `--label`, each as often as needed.
///
/// Several values of one kind widen the choice, different kinds narrow it. Each label name is a kind of its own:
/// `tier=canary` and `tier=early` mean either, `tier=canary` and `region=eu` mean both.
public struct Selector: Sendable, Hashable {
    /// Environments by name; empty for all.
    public var environments: [String]
    /// Hosts by name in the inventory, by address or by `address:port`, of a list by any of them; patterns. Empty for all.
    public var hosts: [GlobPattern]
    /// Targets by id; patterns. Empty for all.
    public var targets: [GlobPattern]
    /// The allowed values per label; empty for all.
    public var labels: [String: Set<String>]

    /// Selects everything.
    public static let all = Selector()

    /// Makes a selector from what was typed.
    ///
    /// - Throws: `.malformedLabel` when a label is not `name=value`.
    public init(
        environments: [String] = [], hosts: [String] = [], targets: [String] = [], labels: [String] = []
    ) throws(SelectionError) {
        self.init()
        self.environments = environments
        self.hosts = hosts.map(GlobPattern.init)
        self.targets = targets.map(GlobPattern.init)
        for label in labels {
            guard let (name, value) = label.splitOnce(at: "="), !name.isEmpty else {
                throw .malformedLabel(label)
            }
            self.labels[name, default: []].insert(value)
        }
    }

    private init() {
        environments = []
        hosts = []
        targets = []
        labels = [:]
    }

    /// Whether it selects everything.
    public var isAll: Bool { self == .all }

    /// Whether a target is selected.
    public func selects(_ target: Target) -> Bool {
        selects(environment: target.environment, host: target.hostName, target.endpoint, labels: target.labels)
            && (targets.isEmpty || targets.contains { $0.matches(target.id.rawValue) })
    }

    /// Whether a discovery can find a selected target; false spares asking the host.
    public func maySelect(_ discovery: Discovery) -> Bool {
        let endpoint = discovery.access.endpoint
        let prefix = "\(discovery.environment)/\(discovery.hostName)/"
        return selects(
            environment: discovery.environment, host: discovery.hostName, endpoint, labels: discovery.labels)
            && (targets.isEmpty || targets.contains { $0.canMatch(prefix: prefix) })
    }

    private func selects(
        environment: String, host: String, _ endpoint: HostEndpoint, labels own: [String: String]
    ) -> Bool {
        guard environments.isEmpty || environments.contains(environment) else { return false }
        let names = [host] + endpoint.names
        guard hosts.isEmpty || hosts.contains(where: { names.contains(where: $0.matches) }) else { return false }
        return labels.allSatisfy { name, values in own[name].map(values.contains) ?? false }
    }
}

extension HostEndpoint {
    /// What `--host` may call it, beside its name in the inventory.
    var names: [String] {
        isList ? servers.flatMap { [$0.host, $0.description] } + [description] : [host, description]
    }
}
