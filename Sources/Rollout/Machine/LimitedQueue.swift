import FleetModel
import HeapModule

/// Targets that wait for their turn, released in their order under limits: how many at once and how many on one host,
/// and what their migrations ask for beside that.
///
/// Targets whose migrations have the same limits are a group. Asking for the next one costs O(log n) for each group, of
/// which there are as many as different routes; also when most hosts are at their limit.
struct LimitedQueue: Sendable {
    /// A target and the migrations with limits that it is about to take.
    struct Item: Sendable {
        let target: Target
        let migrations: [LimitedMigration]
    }

    private struct Head: Comparable, Sendable {
        let place: Int
        let host: Int

        static func < (left: Head, right: Head) -> Bool { left.place < right.place }
    }

    /// The targets of one group on one host.
    private struct Lane: Sendable {
        /// Places in `items`, ascending; those before `first` are taken.
        var waiting: [Int] = []
        var first = 0
        /// The place with which the lane stands in its group's heads.
        var listed: Int?

        var head: Int? { first < waiting.count ? waiting[first] : nil }
    }

    private struct Group: Sendable {
        /// Indices of `migrations`.
        let migrations: [Int]
        let isAlone: Bool
        var lanes: [Int: Lane] = [:]
        /// Heads of lanes that their host's limits let go; may hold stale entries, which `next` drops.
        var heads: Heap<Head> = []
    }

    private struct Migration: Sendable {
        let migration: LimitedMigration
        var inFlight = 0
        var inFlightOnHost: [Int: Int] = [:]
    }

    private let concurrency: Int
    private let perHost: Int
    private let items: [Item]
    private let hostOfItem: [Int]
    private let groupOfItem: [Int]
    private let places: [TargetID: Int]
    private var isTaken: [Bool]
    private var groups: [Group]
    private var migrations: [Migration]
    private var inFlightOnHost: [Int]
    private var groupsOfHost: [Set<Int>]
    private var aloneInFlight = 0
    private var waitingCount: Int
    private(set) var inFlight: Set<TargetID> = []

    /// - Parameters:
    ///   - concurrency: at least 1.
    ///   - perHost: at least 1.
    init(_ items: [Item], concurrency: Int, perHost: Int) {
        self.items = items
        self.concurrency = max(1, concurrency)
        self.perHost = max(1, perHost)
        var (hosts, known): ([HostEndpoint: Int], [LimitedMigration: Int]) = ([:], [:])
        var (sets, groups, migrations): ([[LimitedMigration]: Int], [Group], [Migration]) = ([:], [], [])
        var (hostOfItem, groupOfItem, places): ([Int], [Int], [TargetID: Int]) = ([], [], [:])
        for (place, item) in items.enumerated() {
            places[item.target.id] = place
            let host = hosts[item.target.endpoint] ?? hosts.count
            hosts[item.target.endpoint] = host
            hostOfItem.append(host)
            let group = sets[item.migrations] ?? sets.count
            if sets.updateValue(group, forKey: item.migrations) == nil {
                let indices = item.migrations.map { migration in
                    if let index = known[migration] { return index }
                    known[migration] = migrations.count
                    migrations.append(Migration(migration: migration))
                    return migrations.count - 1
                }
                groups.append(Group(migrations: indices, isAlone: item.migrations.contains { $0.limits.isAlone }))
            }
            groupOfItem.append(group)
            groups[group].lanes[host, default: Lane()].waiting.append(place)
        }
        self.hostOfItem = hostOfItem
        self.groupOfItem = groupOfItem
        self.places = places
        self.groups = groups
        self.migrations = migrations
        isTaken = Array(repeating: false, count: items.count)
        waitingCount = items.count
        inFlightOnHost = Array(repeating: 0, count: hosts.count)
        groupsOfHost = Array(repeating: [], count: hosts.count)
        for (host, group) in zip(hostOfItem, groupOfItem) { groupsOfHost[host].insert(group) }
        for host in groupsOfHost.indices { listHeads(of: host) }
    }

    /// Targets without limits of their own.
    init(_ targets: [Target], concurrency: Int, perHost: Int) {
        self.init(targets.map { Item(target: $0, migrations: []) }, concurrency: concurrency, perHost: perHost)
    }

    /// A queue in which nothing waits.
    static let empty = LimitedQueue([Item](), concurrency: 1, perHost: 1)

    /// Nothing waits and nothing is in flight.
    var isDrained: Bool { waitingCount == 0 && inFlight.isEmpty }

    /// Whether targets wait for their turn.
    var hasWaiting: Bool { waitingCount > 0 }

    /// The target that may start now; `nil` when the limits are reached or nothing waits. A target that only its own
    /// migrations keep back does not keep others back.
    mutating func next(pausing: (LimitedMigration) -> Bool = { _ in false }) -> TargetID? {
        guard inFlight.count < concurrency, aloneInFlight == 0 else { return nil }
        var best: Int?
        for group in groups.indices where mayStart(groups[group], pausing) {
            if let place = head(of: group), place < best ?? .max { best = place }
        }
        return best.map { items[$0].target.id }
    }

    /// Takes a target out of the queue; a target that does not wait is left alone.
    mutating func start(_ target: TargetID) {
        guard let place = places[target], !isTaken[place] else { return }
        isTaken[place] = true
        waitingCount -= 1
        inFlight.insert(target)
        count(1, at: place)
    }

    /// Takes a target that waits out of the queue for good.
    mutating func drop(_ target: TargetID) {
        guard let place = places[target], !isTaken[place] else { return }
        isTaken[place] = true
        waitingCount -= 1
        count(0, at: place)
    }

    /// Gives a started target's room back.
    mutating func finish(_ target: TargetID) {
        guard inFlight.remove(target) != nil, let place = places[target] else { return }
        count(-1, at: place)
    }

    private func mayStart(_ group: Group, _ pausing: (LimitedMigration) -> Bool) -> Bool {
        if group.isAlone, !inFlight.isEmpty { return false }
        return group.migrations.allSatisfy { index in
            let migration = migrations[index]
            if let limit = migration.migration.limits.concurrency, migration.inFlight >= limit { return false }
            return migration.migration.limits.delaySeconds == nil || !pausing(migration.migration)
        }
    }

    /// The first target of a group whose host has room for it.
    private mutating func head(of group: Int) -> Int? {
        while let head = groups[group].heads.min {
            if groups[group].lanes[head.host]?.head == head.place, hasRoom(head.host, for: groups[group]) {
                return head.place
            }
            groups[group].heads.removeMin()
            if groups[group].lanes[head.host]?.listed == head.place { groups[group].lanes[head.host]?.listed = nil }
        }
        return nil
    }

    private func hasRoom(_ host: Int, for group: Group) -> Bool {
        inFlightOnHost[host] < perHost
            && group.migrations.allSatisfy { index in
                guard let limit = migrations[index].migration.limits.perHost else { return true }
                return migrations[index].inFlightOnHost[host, default: 0] < limit
            }
    }

    private mutating func count(_ change: Int, at place: Int) {
        let host = hostOfItem[place]
        let group = groupOfItem[place]
        inFlightOnHost[host] += change
        if groups[group].isAlone { aloneInFlight += change }
        for index in groups[group].migrations {
            migrations[index].inFlight += change
            migrations[index].inFlightOnHost[host, default: 0] += change
        }
        while let head = groups[group].lanes[host]?.head, isTaken[head] { groups[group].lanes[host]?.first += 1 }
        listHeads(of: host)
    }

    private mutating func listHeads(of host: Int) {
        for group in groupsOfHost[host] {
            guard let lane = groups[group].lanes[host], let head = lane.head, lane.listed != head,
                hasRoom(host, for: groups[group])
            else { continue }
            groups[group].heads.insert(Head(place: head, host: host))
            groups[group].lanes[host]?.listed = head
        }
    }
}
