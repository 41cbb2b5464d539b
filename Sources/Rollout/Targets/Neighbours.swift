import FleetModel
import Inventory

/// Which targets differ in their schema alone, so that one session can serve them all.
struct Neighbours: Sendable {
    /// How many are looked at over one session: few enough to have several at work for one database of thousands.
    static let together = 250

    /// How many of them are tried until one tells where its session stands; a schema that is missing doesn't.
    static let attempts = 3

    private struct Key: Hashable {
        let access: TargetAccess.Shared
        let source: MigrationSource
    }

    private let groups: [TargetID: Int]

    init(_ targets: [FleetTarget]) {
        var byKey: [Key: [TargetID]] = [:]
        for target in targets where target.target.schema != nil {
            byKey[Key(access: target.access.shared, source: target.access.source), default: []].append(target.target.id)
        }
        var groups: [TargetID: Int] = [:]
        for (number, ids) in byKey.values.enumerated() where ids.count > 1 {
            for id in ids { groups[id] = number }
        }
        self.groups = groups
    }

    /// The number of a target's group; nil where it has no neighbours.
    func group(of target: TargetID) -> Int? { groups[target] }

    /// Some targets, or all, in lists that are looked at together, in their order.
    func units(of targets: [FleetTarget], asked ids: Set<TargetID>?) -> [[FleetTarget]] {
        var units: [[FleetTarget]] = []
        var open: [Int: Int] = [:]
        for target in targets where ids?.contains(target.target.id) ?? true {
            if let group = groups[target.target.id] {
                if let place = open[group], units[place].count < Self.together {
                    units[place].append(target)
                    continue
                }
                open[group] = units.count
            }
            units.append([target])
        }
        return units
    }
}
