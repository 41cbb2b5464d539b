import FleetModel
import Rollout

/// The events of a rollout as lines for people, for progress without a terminal and for `rollout show`.
struct EventText: Sendable {
    let plan: Plan
    let paint: Paint
    private let routes: [TargetID: PlannedTarget]

    init(plan: Plan, paint: Paint) {
        self.plan = plan
        self.paint = paint
        routes = Dictionary(uniqueKeysWithValues: plan.targets.map { ($0.target.id, $0) })
    }

    /// At least one line; further lines belong to the first and are indented.
    func lines(_ event: RolloutEvent) -> [String] {
        switch event {
        case .started(let by): ["started by \(by)"]
        case .resumed(let by): ["taken up again by \(by)"]
        case .approvalAwaited(let environment): [paint("\(environment) waits for an approval", .warning)]
        case .approved(let environment, let by): ["\(environment) approved by \(by)"]
        case .waveStarted(let id): [wave(id)]
        case .targetStarted(let id): ["\(id): \(start(id)) → \((routes[id]?.route.to).text)"]
        case .stepFinished(let id, let step): ["\(id): \(self.step(step))"]
        case .targetFinished(let id, let report): finished(id, report)
        case .waveRepeated(let id): ["wave \(name(id)) once more, for the targets that were deferred"]
        case .targetsDeferred(let targets): [paint(deferred(targets), .warning)]
        case .gateStarted(let id): [gate(id)]
        case .gateFinished(let id, nil): [paint("✓", .good) + " gate of \(name(id)) passed"]
        case .gateFinished(let id, let failure?):
            [paint("✗", .bad) + " gate of \(name(id)) failed"] + FailureText.lines(failure, indent: 4, paint: paint)
        case .halted(let reason): [paint(halt(reason), .warning)]
        case .rollbackStarted(let targets):
            [paint("rolling \(targets.count.of("target")) back, newest change first", .warning)]
        case .revertStarted(let id): ["\(id): going back to \((routes[id]?.back.to).text)"]
        case .revertFinished(let id, let report): reverted(id, report)
        case .stopRequested(let by):
            [paint("\(by) asked to stop: nothing new starts, what runs finishes", .warning)]
        case .suspended: ["left for a later resume"]
        case .ended(let outcome): [paint("ended: \(outcome.text)", outcome == .succeeded ? .good : .bad)]
        }
    }

    func name(_ id: WaveID) -> String {
        guard plan.environments.indices.contains(id.environment),
            plan.environments[id.environment].waves.indices.contains(id.wave)
        else { return "?" }
        let environment = plan.environments[id.environment]
        return "\(environment.name)/\(environment.waves[id.wave].name)"
    }

    private func start(_ id: TargetID) -> String { (routes[id]?.route.from).text }

    private func wave(_ id: WaveID) -> String {
        let targets = plan.environments[id.environment].waves[id.wave].targets
        let waiting = targets.count { $0.hasWork }
        let rest = targets.count == waiting ? "" : ", \(targets.count - waiting) there already"
        return paint("wave \(name(id))", .strong) + ": \(waiting.of("target"))\(rest)"
    }

    private func step(_ finished: TargetReport.FinishedStep) -> String {
        let step = finished.step
        let verb = step.direction == .up ? "applied" : "reverted"
        return "\(verb) \(step.version) \(step.title.harmless) (\(finished.seconds.secondsText))"
    }

    private func finished(_ id: TargetID, _ report: TargetReport) -> [String] {
        guard let failure = report.failure else {
            return [paint("✓", .good) + " \(id) is on \((report.after?.version).text)"]
        }
        let end = failure.kind == .cancelled ? "stopped" : report.isDeferred ? "is deferred" : "failed"
        return [failure.sign(paint) + " \(id) \(end)"] + FailureText.lines(failure, indent: 4, paint: paint)
    }

    private func reverted(_ id: TargetID, _ report: TargetReport) -> [String] {
        guard let failure = report.failure else {
            return [paint("◂", .good) + " \(id) is back on \((report.after?.version).text)"]
        }
        let end = failure.kind == .cancelled ? "was stopped on its way back" : "could not be brought back"
        return [failure.sign(paint) + " \(id) \(end)"]
            + FailureText.lines(failure, indent: 4, paint: paint)
    }

    private func gate(_ id: WaveID) -> String {
        let wave = plan.environments[id.environment].waves[id.wave]
        let bake = wave.bakeSeconds.map { "baking for \($0.secondsText)" }
        let probe = wave.probe.map { _ in "then its probe" }
        return "\(name(id)): " + [bake, probe].compactMap { $0 }.joined(separator: ", ")
    }

    private func deferred(_ targets: [TargetID]) -> String {
        "\(targets.count.of("target")) deferred: others held locks at every try: "
            + targets.prefix(5).map(\.rawValue).joined(separator: ", ") + (targets.count > 5 ? ", …" : "")
    }

    private func halt(_ reason: HaltReason) -> String {
        switch reason {
        case .tooManyFailures(let environment, let failures):
            "halted: \(failures.of("target")) failed in \(environment); nothing new starts"
        case .gateFailed(let environment, let wave): "halted: the gate of \(environment)/\(wave) said no"
        case .rollbackRequested: "halted: a rollback was asked for"
        }
    }
}

extension RolloutOutcome {
    /// The outcome in words.
    var text: String { rawValue.replacing("_", with: " ") }
}
