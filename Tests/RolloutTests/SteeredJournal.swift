import FleetModel
import Testing

@testable import Rollout

/// What a journal may say, read past the machine that is under test.
struct SteeredJournal {
    private let plan: Plan
    private let environments: [TargetID: PlannedEnvironment]
    private var isHalted = false
    private var isPaused = false
    private var isStopping = false
    private var flying: Set<TargetID> = []
    /// Those that may be on another version than at the start of the rollout.
    private var moved: Set<TargetID> = []
    private var open: Set<String> = []
    private var approved: Set<String> = []
    private var hook: HookID?

    private init(_ plan: Plan) {
        self.plan = plan
        environments = Dictionary(
            plan.environments.flatMap { environment in
                environment.waves.flatMap(\.targets).map { ($0.target.id, environment) }
            }
        ) { first, _ in first }
    }

    /// Reads it from its beginning.
    static func check(_ journal: [RolloutEvent], _ plan: Plan, _ whose: String) {
        var reader = SteeredJournal(plan)
        for (number, event) in journal.enumerated() { reader.take(event, "\(whose), event \(number): \(event)") }
    }

    private mutating func take(_ event: RolloutEvent, _ what: String) {
        switch event {
        case .started, .resumed:
            (isHalted, isPaused, isStopping, hook, open) = (false, false, false, nil, [])
            // Nobody knows what became of what was at work.
            moved.formUnion(flying)
            flying = []
        case .asked(let request):
            switch request.action {
            case .pause: isPaused = true
            case .resume: isPaused = false
            case .approve(let scope): approved.insert(scope.description)
            case .abort, .reject, .skip, .retry: break
            }
        case .approved(let scope, _): approved.insert(scope.description)
        case .windowOpened(let name): open.insert(name)
        case .windowClosed(let name): open.remove(name)
        case .hookStarted(let id):
            #expect(hook == nil, "\(what)")
            hook = id
        case .hookFinished(let id, _): if hook == id { hook = nil }
        case .stopRequested: isStopping = true
        case .halted(let reason):
            isHalted = true
            if reason.environment == nil { isPaused = false }
        case .waveStarted: expectMayStart(what)
        case .targetStarted(let target):
            expectMayStart(what)
            let environment = environments[target]
            if environment?.rules.startTimes != nil {
                #expect(open.contains(environment?.name ?? ""), "outside of its window: \(what)")
            }
            if environment?.rules.approval != nil {
                #expect(approved.contains(environment?.name ?? ""), "without an approval: \(what)")
            }
            #expect(flying.insert(target).inserted, "twice at once: \(what)")
        case .targetFinished(let target, let report):
            flying.remove(target)
            note(target, report)
        case .stepFinished(let target, _): moved.insert(target)
        case .revertStarted(let target):
            #expect(!isPaused && !isStopping, "\(what)")
            #expect(moved.contains(target), "not changed by this rollout: \(what)")
            #expect(flying.insert(target).inserted, "twice at once: \(what)")
        case .revertFinished(let target, let report):
            flying.remove(target)
            note(target, report)
        default: break
        }
    }

    private func expectMayStart(_ what: String) {
        #expect(!isHalted, "after a halt: \(what)")
        #expect(!isPaused, "while it is paused: \(what)")
        #expect(!isStopping, "after a stop: \(what)")
        #expect(hook == nil, "while a hook is at work: \(what)")
    }

    private mutating func note(_ target: TargetID, _ report: TargetReport) {
        guard report.before != nil else { return }
        if report.after == VersionState(version: 8) {
            moved.remove(target)
        } else if report.after != report.before {
            moved.insert(target)
        }
    }
}
