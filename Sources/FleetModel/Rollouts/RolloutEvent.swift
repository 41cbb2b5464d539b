/// One entry of a rollout's journal: something announced before it is done, or something that was seen to have happened.
///
/// The state of a rollout is what its events add up to; nothing else holds state.
public enum RolloutEvent: Sendable, Hashable {
    /// Announced: the first process takes up the plan.
    case started(by: Operator)
    /// Announced: a process takes up a rollout that had stopped. What was in flight then is uncertain until looked up.
    case resumed(by: Operator)
    /// Announced: the environment's first wave waits for an approval.
    case approvalAwaited(environment: String)
    /// Seen: someone approved.
    case approved(environment: String, by: Operator)
    /// Announced: targets of this wave may start.
    case waveStarted(WaveID)
    /// Announced: the target's route is about to be run.
    case targetStarted(TargetID)
    /// Seen: one step of a target ended well.
    case stepFinished(TargetID, TargetReport.FinishedStep)
    /// Seen: the target's route ended, well or not.
    case targetFinished(TargetID, TargetReport)
    /// Announced: the wave's other targets have ended, and those that were deferred are tried once more.
    case waveRepeated(WaveID)
    /// Announced: these targets are deferred still, so the process leaves the rollout for a later `resume`.
    case targetsDeferred([TargetID])
    /// Announced: the wave bakes and is probed.
    case gateStarted(WaveID)
    /// Seen: the gate's answer.
    case gateFinished(WaveID, TargetFailure?)
    /// Announced: nothing new starts.
    case halted(HaltReason)
    /// Announced: these targets go back, the newest change first.
    case rollbackStarted([TargetID])
    /// Announced: the target's way back is about to be run.
    case revertStarted(TargetID)
    /// Seen: the way back ended, well or not.
    case revertFinished(TargetID, TargetReport)
    /// Seen: the operator asked to stop; nothing new starts, and the rollout can be resumed.
    case stopRequested(by: Operator)
    /// Announced: what was in flight has finished after a stop; the process leaves the rollout for a later `resume`.
    case suspended
    /// Announced: the rollout is over.
    case ended(RolloutOutcome)
}

extension RolloutEvent {
    /// The name in the journal and in JSON.
    public var name: String { Name(self).rawValue }

    /// One case per event; the raw values are stored and never change.
    enum Name: String, Codable, CaseIterable {
        case started, resumed, approved, halted, suspended, ended
        case approvalAwaited = "approval_awaited"
        case waveStarted = "wave_started"
        case targetStarted = "target_started"
        case stepFinished = "step_finished"
        case targetFinished = "target_finished"
        case waveRepeated = "wave_repeated"
        case targetsDeferred = "targets_deferred"
        case gateStarted = "gate_started"
        case gateFinished = "gate_finished"
        case rollbackStarted = "rollback_started"
        case revertStarted = "revert_started"
        case revertFinished = "revert_finished"
        case stopRequested = "stop_requested"

        init(_ event: RolloutEvent) {
            self =
                switch event {
                case .started: .started
                case .resumed: .resumed
                case .approvalAwaited: .approvalAwaited
                case .approved: .approved
                case .waveStarted: .waveStarted
                case .targetStarted: .targetStarted
                case .stepFinished: .stepFinished
                case .targetFinished: .targetFinished
                case .waveRepeated: .waveRepeated
                case .targetsDeferred: .targetsDeferred
                case .gateStarted: .gateStarted
                case .gateFinished: .gateFinished
                case .halted: .halted
                case .rollbackStarted: .rollbackStarted
                case .revertStarted: .revertStarted
                case .revertFinished: .revertFinished
                case .stopRequested: .stopRequested
                case .suspended: .suspended
                case .ended: .ended
                }
        }
    }
}
