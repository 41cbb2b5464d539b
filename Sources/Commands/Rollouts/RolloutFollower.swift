import FleetModel
import Rollout
import Store

/// Reads what another process adds to a rollout's journal, until no process works on it any more.
struct RolloutFollower {
    private static let interval = Duration.milliseconds(300)

    let store: Store
    let record: RolloutRecord

    /// Hands on the events that come, a few at a time.
    ///
    /// - Returns: the rollout's state at the end.
    func follow(_ hand: ([JournaledEvent]) -> Void) async throws -> RolloutMachine {
        var machine = record.machine()
        var last = record.journal.last?.sequence ?? 0
        var isHeld = record.holder != nil
        while isHeld {
            try await Task.sleep(for: Self.interval)
            let news = try await store.news(of: record.id, after: last)
            for entry in news.events { machine.apply(entry.event) }
            last = news.events.last?.sequence ?? last
            isHeld = news.holder != nil
            if !news.events.isEmpty { hand(news.events) }
        }
        return machine
    }
}
