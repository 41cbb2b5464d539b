import FleetModel

/// Why a selection is refused; nothing was done.
public enum SelectionError: Error, Sendable, Hashable {
    /// A label that is not `name=value`.
    case malformedLabel(String)
    /// No environment has this name; the nearest one, and all there are.
    case unknownEnvironment(String, nearest: String?, known: [String])
    /// No host of the inventory fits; the nearest one.
    case unknownHost(String, nearest: String?)
    /// The parts are all known, but no target fits all of them.
    case nothingSelected(targets: Int)
}

extension SelectionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformedLabel(let label): "--label \(label): expected name=value, for example --label tier=canary"
        case .unknownEnvironment(let name, let nearest, let known):
            "--env \(name): the fleet has no such environment"
                + (nearest.map { "; did you mean \($0)?" } ?? "; it has \(known.joined(separator: ", "))")
        case .unknownHost(let name, let nearest):
            "--host \(name): no host of the fleet fits" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .nothingSelected(let targets):
            "no target fits all of the given --env, --host, --target and --label; the fleet has \(targets). "
                + "See them: pgfleet targets"
        }
    }
}

extension Fleet {
    /// Checks what can be checked before any host is asked: the names of environments and hosts.
    ///
    /// - Throws: `.unknownEnvironment` or `.unknownHost`.
    public func check(_ selector: Selector) throws(SelectionError) {
        let names = environments.map(\.name)
        for name in selector.environments where !names.contains(name) {
            throw .unknownEnvironment(name, nearest: Suggestion.nearest(to: name, among: names), known: names)
        }
        guard !selector.hosts.isEmpty else { return }
        var hosts: Set<String> = []
        for environment in environments {
            for target in environment.targets.lazy.map(\.target) {
                hosts.formUnion([target.hostName] + target.endpoint.names)
            }
            for discovery in environment.discoveries {
                let endpoint = discovery.access.endpoint
                hosts.formUnion([discovery.hostName] + endpoint.names)
            }
        }
        for pattern in selector.hosts where !hosts.contains(where: pattern.matches) {
            throw .unknownHost(pattern.text, nearest: Suggestion.nearest(to: pattern.text, among: hosts.sorted()))
        }
    }
}
