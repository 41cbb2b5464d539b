import FleetModel
import HeapModule

/// Targets that wait for their turn, released in their order under two limits: how many at once, how many on one host.
///
/// Asking for the next one costs O(log n), also when most hosts are at their limit.
struct LimitedQueue: Sendable {
    private struct Head: Comparable, Sendable {
        let order: Int
        let host: HostEndpoint

        static func < (left: Head, right: Head) -> Bool { left.order < right.order }
    }

    private struct Lane: Sendable {
        /// Places in `items`, ascending; those before `first` are taken.
        var waiting: [Int] = []
        var first = 0
        var inFlight = 0

        var head: Int? { first < waiting.count ? waiting[first] : nil }
    }

    private let concurrency: Int
    private let perHost: Int
    private let items: [Target]
    private var places: [TargetID: Int] = [:]
    private var isTaken: [Bool]
    private var lanes: [HostEndpoint: Lane] = [:]
    /// Heads of lanes below their limit; may hold stale entries, which `next` drops.
    private var heads: Heap<Head> = []
    private var waitingCount: Int
    private(set) var inFlight: Set<TargetID> = []

    /// - Parameters:
    ///   - concurrency: at least 1.
    ///   - perHost: at least 1.
    init(_ items: [Target], concurrency: Int, perHost: Int) {
        self.items = items
        self.concurrency = max(1, concurrency)
        self.perHost = max(1, perHost)
        isTaken = Array(repeating: false, count: items.count)
        waitingCount = items.count
        for (place, target) in items.enumerated() {
            places[target.id] = place
            lanes[target.endpoint, default: Lane()].waiting.append(place)
        }
        for (host, lane) in lanes {
            if let head = lane.head { heads.insert(Head(order: head, host: host)) }
        }
    }

    /// A queue in which nothing waits.
    static let empty = LimitedQueue([], concurrency: 1, perHost: 1)

    /// Nothing waits and nothing is in flight.
    var isDrained: Bool { waitingCount == 0 && inFlight.isEmpty }

    /// The target that may start now; `nil` when the limits are reached or nothing waits.
    mutating func next() -> TargetID? {
        guard inFlight.count < concurrency else { return nil }
        while let head = heads.min {
            if let lane = lanes[head.host], lane.head == head.order, lane.inFlight < perHost {
                return items[head.order].id
            }
            heads.removeMin()
        }
        return nil
    }

    /// Takes a target out of the queue; a target that does not wait is left alone.
    mutating func start(_ target: TargetID) {
        guard let place = places[target], !isTaken[place] else { return }
        isTaken[place] = true
        waitingCount -= 1
        inFlight.insert(target)
        change(items[place].endpoint) { $0.inFlight += 1 }
    }

    /// Gives a started target's room back.
    mutating func finish(_ target: TargetID) {
        guard inFlight.remove(target) != nil, let place = places[target] else { return }
        change(items[place].endpoint) { $0.inFlight -= 1 }
    }

    private mutating func change(_ host: HostEndpoint, _ body: (inout Lane) -> Void) {
        guard var lane = lanes[host] else { return }
        body(&lane)
        while let head = lane.head, isTaken[head] { lane.first += 1 }
        lanes[host] = lane
        if let head = lane.head, lane.inFlight < perHost { heads.insert(Head(order: head, host: host)) }
    }
}
