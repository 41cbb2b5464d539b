public import FleetModel

extension Fleet {
    /// The targets of a recorded plan as the inventory reaches them now, in its order; those that it no longer has are
    /// missing. Pure: a host that found some of them is not asked again, so that one which is down, or finds others
    /// today, does not keep the rest from being finished or taken back.
    public func targets(planned: some Sequence<Target>) -> [FleetTarget] {
        var wanted = Dictionary(planned.map { ($0.id, $0) }) { first, _ in first }
        var found: [FleetTarget] = []
        func take(_ targets: [FleetTarget]) {
            found += targets.filter { wanted.removeValue(forKey: $0.target.id) != nil }
        }
        for environment in environments { take(environment.targets) }
        for environment in environments {
            for discovery in environment.discoveries {
                let rows = wanted.values
                    .filter { $0.environment == discovery.environment && $0.hostName == discovery.hostName }
                    .sorted { $0.id < $1.id }
                    .map { target in [target.database] + (target.schema.map { [$0] } ?? []) }
                take((try? discovery.targets(from: rows)) ?? [])
            }
        }
        return found
    }
}
