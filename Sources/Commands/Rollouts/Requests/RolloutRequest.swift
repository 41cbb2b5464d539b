import FleetModel
import Foundation
import Rollout
import Store

/// Asks something of a rollout, wherever its process runs, and tells what became of it.
struct RolloutRequest {
    /// How long a process may take until it has taken the request up.
    private static let patience = Duration.seconds(5)

    let session: FleetSession
    let record: RolloutRecord
    let store: Store
    /// The rollout's state with all that was asked of it, also where no process has taken that up yet.
    let machine: RolloutMachine

    /// Finds the rollout that an argument names.
    static func open(_ name: String, _ session: FleetSession) async throws -> RolloutRequest {
        let record = try await RolloutLookup.find(name, session)
        let store = try await session.store()
        var machine = record.machine()
        for request in try await store.requests(of: record.id, after: machine.lastRequest) {
            machine.apply(.asked(request))
        }
        return RolloutRequest(session: session, record: record, store: store, machine: machine)
    }

    /// What a command for a rollout that a process works on needs.
    func requireHeld(_ verb: String, otherwise: String) throws {
        guard record.holder == nil else { return }
        throw Failure(.usage, "no process works on rollout \(record.id), so it cannot be \(verb). \(otherwise)")
    }

    /// Keeps the request; whoever takes the rollout up next takes it into the journal.
    @discardableResult
    func keep(_ action: OperatorRequest.Action, reason: String?) async throws(StoreError) -> OperatorRequest {
        try await store.ask(action, of: record.id, by: session.me, groups: OperatorIdentity.groups, reason: reason)
    }

    /// Keeps the request, waits until the process that works on the rollout has taken it up, and tells.
    func send(_ action: OperatorRequest.Action, reason: String?, then next: String?) async throws {
        let request = try await keep(action, reason: reason)
        var isTaken = false
        if record.holder != nil { isTaken = try await waitUntilTaken(request.number) }
        let document = Document(rollout: record.id, request: request.number, taken: isTaken)
        let paint = session.output.data.paint
        try session.output.write(document) {
            let state =
                isTaken
                ? "" : record.holder == nil ? " (kept until the rollout is taken up)" : " (kept; not taken up yet)"
            return [paint("✓", .good) + " rollout \(record.id): \(RequestText.text(request))\(state)"]
                + (next.map { ["  " + paint("→ ", .active) + $0] } ?? [])
        }
    }

    private func waitUntilTaken(_ number: Int64) async throws -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        var last = record.journal.last?.sequence ?? 0
        while ContinuousClock.now < deadline {
            let news = try await store.news(of: record.id, after: last).events
            if news.contains(where: { $0.event.takes(number) }) { return true }
            last = news.last?.sequence ?? last
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    private struct Document: Encodable {
        let rollout: RolloutID
        let request: Int64
        let taken: Bool
    }
}

extension RolloutEvent {
    /// Whether with it a request was taken up, or a later one.
    fileprivate func takes(_ number: Int64) -> Bool {
        if case .asked(let request) = self { request.number >= number } else { false }
    }
}
