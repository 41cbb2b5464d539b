import FleetModel
import Rollout

/// What a rollout is doing or how it ended, as one word.
enum RolloutStatus: String, Sendable, CaseIterable, Codable {
    case running
    /// Its process is gone and it has not ended: it was stopped or killed, or the machine was switched off.
    case interrupted
    case waiting
    /// An operator paused it; its process waits for `rollout resume`.
    case paused
    /// Others held locks on some targets at every try; a resume tries them again.
    case deferred
    case succeeded
    case failed
    case rolledBack = "rolled_back"
    case rollbackIncomplete = "rollback_incomplete"

    init(_ machine: RolloutMachine, isHeld: Bool) {
        self =
            switch machine.course {
            case .ended(.succeeded): .succeeded
            case .ended(.failed): .failed
            case .ended(.rolledBack): .rolledBack
            case .ended(.rollbackIncomplete): .rollbackIncomplete
            case .idle, .forward, .halted, .rollback:
                if isHeld {
                    machine.isPaused ? .paused : .running
                } else if machine.isSuspended, !machine.awaitedTargets.isEmpty {
                    .deferred
                } else {
                    machine.awaitedApproval == nil ? .interrupted : .waiting
                }
            }
    }

    var text: String {
        switch self {
        case .waiting: "waits for an approval"
        case .deferred: "waits for targets that were deferred"
        case .running, .paused, .interrupted, .succeeded, .failed, .rolledBack, .rollbackIncomplete:
            rawValue.replacing("_", with: " ")
        }
    }

    /// The status in one or two words, for a table.
    var word: String { rawValue.replacing("_", with: " ") }

    var tint: Paint.Tint {
        switch self {
        case .succeeded: .good
        case .running: .active
        case .interrupted, .waiting, .paused, .deferred, .rolledBack: .warning
        case .failed, .rollbackIncomplete: .bad
        }
    }
}

extension RolloutMachine {
    /// The exit code of a command that worked on this rollout.
    func exitStatus(stop: RolloutControl.Stop, wasAskedToRollBack: Bool) -> ExitStatus {
        if case .ended(.rollbackIncomplete) = course { return .rollbackIncomplete }
        if stop != .none, isSuspended { return .interrupted }
        if !dirtyTargets.isEmpty { return .dirty }
        return switch course {
        case .ended(.succeeded): .done
        case .ended(.failed): .failed
        case .ended(.rolledBack): wasAskedToRollBack ? .done : stop == .none ? .rolledBack : .interrupted
        case .ended(.rollbackIncomplete): .rollbackIncomplete
        case .idle, .forward, .halted, .rollback:
            awaitedApproval == nil && awaitedTargets.isEmpty ? .failed : .waiting
        }
    }
}
