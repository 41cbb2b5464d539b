public import FleetModel

/// The targets that a command is about, and the hosts that could not be asked for theirs.
public struct Selection: Sendable {
    /// A discovery that failed: its targets are unknown, so a rollout must not pass over it in silence.
    public struct Problem: Sendable, Hashable {
        /// The environment's name.
        public let environment: String
        /// The host's name as people say it.
        public let hostName: String
        /// The server.
        public let endpoint: HostEndpoint
        /// Where the file asks for the discovery.
        public let place: SourcePlace
        /// Why it failed.
        public let failure: TargetFailure
    }

    /// The selected targets, in the order of a rollout.
    public let targets: [FleetTarget]
    /// The discoveries that failed, in the same order.
    public let problems: [Problem]
}

extension Fleet {
    /// Puts together the targets that the file names and the ones that were found, each once, in the order of a
    /// rollout. Pure: it asks no server.
    ///
    /// - Parameter found: for each discovery that was asked, in the order of the fleet, what came of it.
    /// - Throws: `.nothingSelected` when no target is left and no discovery failed; whatever `check` throws.
    public func selection(
        _ selector: Selector, found: [(discovery: Discovery, outcome: Discovery.Outcome)]
    ) throws(SelectionError) -> Selection {
        try check(selector)
        var seen = Set(targets.map { Identity($0.target) })
        var (selected, problems, all): ([FleetTarget], [Selection.Problem], Int) = ([], [], 0)
        for environment in environments {
            var targets = environment.targets
            for (discovery, outcome) in found where discovery.environment == environment.name {
                switch outcome {
                case .found(let more): targets += more.filter { seen.insert(Identity($0.target)).inserted }
                case .failed(let failure):
                    problems.append(
                        Selection.Problem(
                            environment: environment.name, hostName: discovery.hostName,
                            endpoint: discovery.access.endpoint, place: discovery.place, failure: failure))
                }
            }
            all += targets.count
            selected += targets.filter { selector.selects($0.target) }
        }
        if selected.isEmpty, problems.isEmpty, !selector.isAll { throw .nothingSelected(targets: all) }
        return Selection(targets: selected, problems: problems)
    }

    /// The discoveries that can find a selected target, in the order of the fleet.
    public func discoveries(for selector: Selector) -> [Discovery] {
        environments.flatMap(\.discoveries).filter(selector.maySelect)
    }
}

/// What makes two targets the same place.
private struct Identity: Hashable {
    let servers: [String]
    let database: String
    let schema: String?

    init(_ target: Target) {
        servers = target.endpoint.servers.map { "\($0)".lowercased() }.sorted()
        database = target.database
        schema = target.schema
    }
}
