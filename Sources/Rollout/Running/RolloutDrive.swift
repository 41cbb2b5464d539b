import FleetModel
import Foundation
import Store

/// Something that reaches a running rollout from outside of its machine.
enum Happening: Sendable {
    /// The outcome of a piece of work, or progress in it.
    case seen(RolloutEvent)
    /// The operator asked to stop.
    case stop(RolloutControl.Stop)
    /// An answer to the question for an approval.
    case approval(ApprovalScope, ApprovalAnswer)
    /// Operators asked for something through the store.
    case asked([OperatorRequest])
    /// A piece of work has ended, whatever came of it.
    case workEnded
    /// The time between two starts of a migration is over.
    case pauseEnded(Pause)
    /// The journal cannot be written any more, or the claim is gone.
    case storeFailed(StoreError)
}

/// What comes of asking for an approval.
public enum ApprovalAnswer: Sendable, Hashable {
    /// It is given here.
    case approved
    /// It is awaited here: someone gives it from another process.
    case awaited
    /// Nobody can be asked here; the rollout is left for a later resume.
    case left
}

/// The machine together with its journal: takes events, decides, records, and counts the work in flight.
struct RolloutDrive {
    private(set) var machine: RolloutMachine
    private(set) var workInFlight = 0
    private let journal: Journal
    private let observe: @Sendable (JournaledEvent) -> Void
    private var lastSequence: Int64 = 0
    /// When each environment was passed in this rollout, in milliseconds since 1970.
    private(set) var passed: [String: Int64] = [:]

    init(
        _ rollout: RolloutRecord, journal: Journal, observe: @escaping @Sendable (JournaledEvent) -> Void
    ) {
        machine = RolloutMachine(plan: rollout.plan, journal: rollout.journal)
        self.journal = journal
        self.observe = observe
        for entry in rollout.journal { note(entry.event, at: entry.milliseconds) }
    }

    private mutating func note(_ event: RolloutEvent, at milliseconds: Int64) {
        if case .environmentPassed(let name, _) = event { passed[name] = milliseconds }
    }

    /// Nothing is left to be done by this process.
    var isOver: Bool {
        if machine.isSuspended { return true }
        if case .ended = machine.course { return true }
        return false
    }

    /// Applies what was seen, lets the machine decide, records both in one go, then carries the decisions out.
    ///
    /// - Parameter carryOut: gets an announcement and the number after which it is durable; returns whether it began
    ///   a piece of work.
    mutating func take(_ seen: [RolloutEvent], carryOut: (RolloutEvent, Int64, RolloutDrive) -> Bool) async {
        var events = seen
        for event in seen { machine.apply(event) }
        while let next = machine.decide() {
            machine.apply(next)
            events.append(next)
        }
        guard !events.isEmpty else { return }
        let entries = await journal.take(events)
        lastSequence = entries.last?.sequence ?? lastSequence
        for entry in entries {
            note(entry.event, at: entry.milliseconds)
            observe(entry)
            if carryOut(entry.event, lastSequence, self) { workInFlight += 1 }
        }
    }

    mutating func workEnded() { workInFlight -= 1 }

    /// The pauses that begin now.
    mutating func takePauses() -> [Pause] { machine.takePauses() }

    /// Lets the pause's migration begin on another target.
    mutating func end(_ pause: Pause) { machine.end(pause) }

    /// Waits until everything that was taken is on the disk.
    func flush() async -> StoreError? {
        do throws(StoreError) {
            try await journal.whenDurable(lastSequence)
            return nil
        } catch { return error }
    }
}
