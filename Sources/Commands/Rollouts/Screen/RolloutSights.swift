import FleetModel
import Rollout

/// What a live screen knows beside the machine: when things began, and what was seen last. Times are in seconds since
/// 1970, those of the journal where someone else works on the rollout.
struct RolloutSights: Sendable {
    /// What a check of a gate answered last.
    struct Answer: Sendable {
        let failure: TargetFailure?
        let noes: Int
        let at: Double
    }

    /// A gate that is watched.
    struct Gate: Sendable {
        let wave: WaveID
        let since: Double
        /// How long it bakes; nil until that is known, where chance adds to it.
        var bakeSeconds: Double?
        var answers: [String: Answer] = [:]
    }

    /// Something told beside the events.
    struct Notice: Sendable {
        let at: Double
        let text: String
    }

    /// How many notices are kept.
    static let noticeLimit = 8

    /// When the process that works on it took it up.
    private(set) var takenUp: Double?
    private(set) var started: [TargetID: Double] = [:]
    private(set) var gate: Gate?
    private(set) var hook: (id: HookID, since: Double)?
    private(set) var baseline: (wave: WaveID, since: Double)?
    private(set) var retriesSince: Double?
    private(set) var pause: (since: Double, reason: String?)?
    /// When each environment was passed.
    private(set) var passed: [String: Double] = [:]
    private(set) var notices: [Notice] = []
    private(set) var forward = RecentDurations()
    private(set) var back = RecentDurations()

    mutating func take(_ event: RolloutEvent, at time: Double) {
        switch event {
        case .started, .resumed:
            takenUp = time
            (started, gate, hook, baseline, retriesSince, pause) = ([:], nil, nil, nil, nil, nil)
        case .asked(let request):
            if request.action == .pause { pause = (time, request.reason) }
            if request.action == .resume { pause = nil }
        case .targetStarted(let id), .revertStarted(let id):
            started[id] = time
        case .targetFinished(let id, let report):
            if let since = started.removeValue(forKey: id), report.failure == nil { forward.add(time - since) }
        case .revertFinished(let id, let report):
            if let since = started.removeValue(forKey: id), report.failure == nil { back.add(time - since) }
        case .gateStarted(let id):
            gate = Gate(wave: id, since: time)
        case .gateFinished, .waveStarted:
            gate = nil
        case .halted:
            (gate, retriesSince) = (nil, nil)
        case .hookStarted(let id):
            hook = (id, time)
        case .hookFinished(let id, _):
            if hook?.id == id { hook = nil }
        case .baselineStarted(let id):
            baseline = (id, time)
        case .baselineFinished:
            baseline = nil
        case .retriesAwaited:
            retriesSince = time
        case .waveRepeated:
            retriesSince = nil
        case .environmentPassed(let name, _):
            passed[name] = time
        case .approvalAwaited, .approved, .promotionAwaited, .promoted, .windowAwaited, .windowOpened, .windowClosed,
            .targetsDeferred, .stepFinished, .rollbackStarted, .stopRequested, .suspended, .ended:
            break
        }
    }

    mutating func take(_ sight: GateSight, at time: Double) {
        switch sight {
        case .bakes(let wave, let bake):
            if gate?.wave == wave { gate?.bakeSeconds = bake.seconds }
        case .answered(let wave, let check, let failure, let noes):
            if gate?.wave == wave { gate?.answers[check] = Answer(failure: failure, noes: noes, at: time) }
        }
    }

    mutating func note(_ text: String, at time: Double) {
        if notices.count >= Self.noticeLimit { notices.removeFirst() }
        notices.append(Notice(at: time, text: text))
    }
}

/// The last durations of something, for an estimate that follows the fleet.
struct RecentDurations: Sendable {
    private static let limit = 64

    private var kept: [Double] = []
    private var next = 0

    var count: Int { kept.count }

    /// Nil before the first one.
    var mean: Double? { kept.isEmpty ? nil : kept.reduce(0, +) / Double(kept.count) }

    mutating func add(_ seconds: Double) {
        guard seconds >= 0 else { return }
        if kept.count < Self.limit {
            kept.append(seconds)
        } else {
            kept[next % Self.limit] = seconds
        }
        next += 1
    }
}
