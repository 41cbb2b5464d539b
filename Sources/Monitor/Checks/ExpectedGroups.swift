internal import FleetModel
internal import Inventory
internal import Rollout
internal import Schema

extension ExpectedSchemas {
    /// Targets whose expected schemas are the same on the same version.
    struct Group: Hashable, Sendable {
        let source: MigrationSource
        let table: String
        let tableSchema: String?
        /// Where the migrations are run; of tenants' schemas the first one's name stands for all.
        let home: String
        let isHomeOnly: Bool
        let major: Int
    }
}

/// The targets that were looked at, by what their schemas are made from.
struct ExpectedGroups {
    /// One group: how its files are run, and which targets are in it.
    struct Entry {
        let group: ExpectedSchemas.Group
        let rules: TargetRules
        var members: [TargetID]
    }

    /// In the order of the inventory.
    private(set) var entries: [Entry] = []

    /// Groups the targets of which there is a sight.
    init(_ targets: [FleetTarget], _ sights: [TargetID: TargetSight]) {
        var places: [ExpectedSchemas.Group: Int] = [:]
        var homes: [ExpectedSchemas.Group: String] = [:]
        for target in targets {
            guard let sight = sights[target.target.id] else { continue }
            let isHomeOnly = target.target.schema != nil
            let rules = target.access.rules
            func group(_ home: String) -> ExpectedSchemas.Group {
                ExpectedSchemas.Group(
                    source: target.access.source, table: rules.versionTable, tableSchema: rules.versionTableSchema,
                    home: home, isHomeOnly: isHomeOnly, major: sight.fingerprint.server / 10_000)
            }
            // Tenants' schemas are one group, whose migrations run in a schema called as the first of them.
            let any = group(isHomeOnly ? "" : sight.home)
            let own = group(homes[any] ?? sight.home)
            homes[any] = own.home
            if let place = places[own] {
                entries[place].members.append(target.target.id)
            } else {
                places[own] = entries.count
                entries.append(Entry(group: own, rules: rules, members: [target.target.id]))
            }
        }
    }
}
