/// One entry of a rollout's journal: something announced before it is done, or something that was seen to have happened.
///
/// The state of a rollout is what its events add up to; nothing else holds state.
public enum RolloutEvent: Sendable, Hashable {
    /// Announced: the first process takes up the plan.
    case started(by: Operator)
    /// Announced: a process takes up a rollout that had stopped. What was in flight then is uncertain until looked up.
    case resumed(by: Operator)
    /// Seen: an operator asked for something, perhaps from another process.
    case asked(OperatorRequest)
    /// Announced: what comes next waits for an approval.
    case approvalAwaited(ApprovalScope)
    /// Seen: someone approved at this process's own terminal or command line.
    case approved(ApprovalScope, by: Operator)
    /// Announced: the environment waits until its versions have been passed for long enough.
    case promotionAwaited(environment: String)
    /// Seen: they have.
    case promoted(environment: String)
    /// Announced: the environment's targets wait for a time in which they may start.
    case windowAwaited(environment: String)
    /// Seen: that time has come.
    case windowOpened(environment: String)
    /// Seen: that time is over. What is in flight finishes.
    case windowClosed(environment: String)
    /// Announced: a hook is about to be done.
    case hookStarted(HookID)
    /// Seen: what came of it.
    case hookFinished(HookID, HookReport)
    /// Announced: the numbers are taken that the wave's gate compares with.
    case baselineStarted(WaveID)
    /// Seen: the numbers, or why they could not be had.
    case baselineFinished(WaveID, [Baseline], TargetFailure?)
    /// Announced: targets of this wave may start.
    case waveStarted(WaveID)
    /// Announced: the target's route is about to be run.
    case targetStarted(TargetID)
    /// Seen: one step of a target ended well.
    case stepFinished(TargetID, TargetReport.FinishedStep)
    /// Seen: the target's route ended, well or not.
    case targetFinished(TargetID, TargetReport)
    /// Announced: the wave's other targets have ended; after a pause, those that had bad luck are tried again.
    case retriesAwaited(WaveID)
    /// Announced, or seen when a pause is over: those that had bad luck or were deferred are tried once more.
    case waveRepeated(WaveID)
    /// Announced: these targets are deferred still, so the process leaves the rollout for a later `resume`.
    case targetsDeferred([TargetID])
    /// Announced: the wave bakes and is probed.
    case gateStarted(WaveID)
    /// Seen: the gate's answer.
    case gateFinished(WaveID, TargetFailure?)
    /// Announced: every target of the environment is where the plan wanted it, and its last gate is passed.
    case environmentPassed(environment: String, [PassedStep])
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

/// A file that every target of an environment has been through.
public struct PassedStep: Sendable, Hashable, Codable {
    /// The version.
    public let version: Version
    /// SHA-256 of its up file; nil for a version without one.
    public let checksum: String?

    /// Makes an entry.
    public init(version: Version, checksum: String?) {
        self.version = version
        self.checksum = checksum
    }
}

extension RolloutEvent {
    /// The name in the journal and in JSON.
    public var name: String { Name(self).rawValue }

    /// One case per event; the raw values are stored and never change.
    enum Name: String, Codable, CaseIterable {
        case started, resumed, asked, approved, promoted, halted, suspended, ended
        case approvalAwaited = "approval_awaited"
        case waveStarted = "wave_started"
        case targetStarted = "target_started"
        case stepFinished = "step_finished"
        case targetFinished = "target_finished"
        case promotionAwaited = "promotion_awaited"
        case windowAwaited = "window_awaited"
        case windowOpened = "window_opened"
        case windowClosed = "window_closed"
        case hookStarted = "hook_started"
        case hookFinished = "hook_finished"
        case baselineStarted = "baseline_started"
        case baselineFinished = "baseline_finished"
        case retriesAwaited = "retries_awaited"
        case environmentPassed = "environment_passed"
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
                case .asked: .asked
                case .promotionAwaited: .promotionAwaited
                case .promoted: .promoted
                case .windowAwaited: .windowAwaited
                case .windowOpened: .windowOpened
                case .windowClosed: .windowClosed
                case .hookStarted: .hookStarted
                case .hookFinished: .hookFinished
                case .baselineStarted: .baselineStarted
                case .baselineFinished: .baselineFinished
                case .retriesAwaited: .retriesAwaited
                case .environmentPassed: .environmentPassed
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
