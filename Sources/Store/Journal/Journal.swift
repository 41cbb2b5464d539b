public import FleetModel
import Foundation

/// The append-only events of one claimed rollout.
///
/// Events of many targets that arrive while a commit is under way share the next one (group commit), so that the
/// journal never becomes the bottleneck. `run` writes; without it nothing is written.
public actor Journal {
    private let store: Store
    private let claim: Claim
    private var lastAppended: Int64
    private var lastDurable: Int64
    private var buffered: [JournaledEvent] = []
    private var waiters: [(sequence: Int64, continuation: CheckedContinuation<StoreError?, Never>)] = []
    private var failure: StoreError?
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// Makes the journal of a rollout that this process claimed.
    ///
    /// - Parameter last: the sequence number of the last event that the store holds.
    public init(store: Store, claim: Claim, after last: Int64) {
        self.store = store
        self.claim = claim
        lastAppended = last
        lastDurable = last
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes events in order and returns the number of the last one; they are durable once `whenDurable` returns.
    @discardableResult
    public func append(_ events: [RolloutEvent]) -> Int64 {
        take(events)
        return lastAppended
    }

    /// Takes events in order and returns them with their numbers and times; they are durable once `whenDurable` returns.
    @discardableResult
    public func take(_ events: [RolloutEvent]) -> [JournaledEvent] {
        let now = Date.now.milliseconds
        let entries = events.map { event in
            lastAppended += 1
            return JournaledEvent(sequence: lastAppended, milliseconds: now, event: event)
        }
        buffered += entries
        wakeUp.yield()
        return entries
    }

    /// Returns once the event with this number, and all before it, are on the disk.
    ///
    /// - Throws: what stopped the journal; the event may then be missing, so what it announces must not begin.
    public func whenDurable(_ sequence: Int64) async throws(StoreError) {
        if sequence <= lastDurable { return }
        let failed: StoreError?
        if let failure {
            failed = failure
        } else {
            failed = await withCheckedContinuation { waiters.append((sequence, $0)) }
        }
        if let failed { throw failed }
    }

    /// Writes until `finish` is called and everything is on the disk, or until a write fails.
    ///
    /// - Returns: what made a write fail; nothing is written after it.
    @discardableResult
    public func run() async -> StoreError? {
        for await _ in wakeUps {
            while !buffered.isEmpty, failure == nil { await commit() }
            if failure != nil { return failure }
        }
        while !buffered.isEmpty, failure == nil { await commit() }
        return failure
    }

    /// Ends `run` once everything that was appended is on the disk.
    public func finish() { wakeUp.finish() }

    private func commit() async {
        let batch = buffered
        buffered = []
        do throws(StoreError) {
            try await store.append(batch, under: claim)
            lastDurable = batch.last?.sequence ?? lastDurable
        } catch {
            failure = error
        }
        let ready = waiters.filter { $0.sequence <= lastDurable || failure != nil }
        waiters.removeAll { $0.sequence <= lastDurable || failure != nil }
        for waiter in ready { waiter.continuation.resume(returning: waiter.sequence <= lastDurable ? nil : failure) }
    }
}
