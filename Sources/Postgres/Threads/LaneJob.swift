internal import Synchronization

/// One piece of blocking work under way, whose value is awaited with a deadline.
///
/// Where the deadline passes first, the work goes on by itself and its value is dropped when it comes; a value that
/// holds a resource gives it back in its `deinit`.
final class LaneJob<Value: Sendable>: Sendable {
    private let waiter = Waiter()
    private let outcome = Mutex<Value?>(nil)

    /// Starts the work.
    init(on lane: ThreadLane, _ work: @escaping @Sendable () -> Value) {
        let isUnderWay = lane.submit { [self] in
            // Its turn came only after the deadline, behind others that hang.
            guard !waiter.isOver else { return }
            let value = work()
            outcome.withLock { $0 = value }
            waiter.finish(.ready)
        }
        if !isUnderWay { waiter.finish(.failed) }
    }

    /// Waits for the value; to be called once.
    func value(until deadline: ContinuousClock.Instant?, heedsCancellation: Bool) async -> (value: Value?, wake: Wake) {
        let wake = await Readiness.shared.wait(waiter, until: deadline, heedsCancellation: heedsCancellation)
        return (outcome.withLock { $0 }, wake)
    }
}
