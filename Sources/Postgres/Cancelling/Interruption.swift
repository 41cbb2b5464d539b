/// A request that is being cut short: why, and how far that has come.
struct Interruption {
    /// `.timedOut` or `.cancelled`.
    let reason: PostgresError.Reason
    let limit: Duration?
    let graceEnd = ContinuousClock.now + cancelGrace
    private(set) var nextCancel = ContinuousClock.now
    private var requests: [LaneJob<CancelAnswer>] = []

    init(reason: PostgresError.Reason, limit: Duration?) {
        self.reason = reason
        self.limit = limit
    }

    var cause: String {
        guard reason == .timedOut, let limit else { return "The statement was cancelled" }
        return "The statement was cancelled after \(limit)"
    }

    mutating func cancelOnceMore(_ key: CancelKey) {
        requests.append(key.request())
        nextCancel = min(graceEnd, .now + .milliseconds(500))
    }

    /// Waits until no request is under way any more that could hit a later statement.
    ///
    /// - Returns: false where that did not come about before the grace period was over.
    func isSettled() async -> Bool {
        for request in requests {
            let (answer, _) = await request.value(until: graceEnd, heedsCancellation: false)
            if answer == nil { return false }
        }
        return true
    }
}
