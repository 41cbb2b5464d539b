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

    /// The lines of each event of a journal, or of its beginning.
    func entries(_ journal: some Sequence<JournaledEvent>) -> [(entry: JournaledEvent, lines: [String])] {
        var machine = RolloutMachine(plan: plan)
        return journal.map { entry in
            machine.apply(entry.event)
            return (entry, lines(entry.event, in: machine))
        }
    }

    /// At least one line; further lines belong to the first and are indented.
    ///
    /// - Parameter machine: the rollout's state with the event.
    func lines(_ event: RolloutEvent, in machine: RolloutMachine) -> [String] {
        switch event {
        case .started(let by): ["started by \(shown(by))"]
        case .resumed(let by): ["taken up again by \(shown(by))"]
        case .asked(let request): [paint(RequestText.text(request), .warning)]
        case .approvalAwaited(let scope): [paint(approval(scope, in: machine), .warning)]
        case .approved(let scope, let by): ["\(shown(scope)) approved by \(shown(by))"]
        case .promotionAwaited(let name):
            [paint("\(shown(name)) waits until its versions have been passed for long enough", .warning)]
        case .promoted(let name): ["\(shown(name)): its versions have passed"]
        case .windowAwaited(let name):
            [paint("\(shown(name)) waits for a time in which its targets may start", .warning)]
        case .windowOpened(let name): ["\(shown(name)): targets may start now"]
        case .windowClosed(let name): [paint("\(shown(name)): targets may not start any more", .warning)]
        case .hookStarted(let id): [plan.hookText(id)]
        case .hookFinished(let id, let report): hook(id, report)
        case .baselineStarted(let id): ["\(name(id)): taking the numbers that its gate compares with"]
        case .baselineFinished(let id, let numbers, nil):
            [
                "\(name(id)): "
                    + numbers.prefix(5).map { "\(shown($0.check)) of \(shown($0.target)) is \($0.value.plain)" }
                    .joined(separator: ", ") + (numbers.count > 5 ? ", and \(numbers.count - 5) more" : "")
            ]
        case .baselineFinished(let id, _, let failure?):
            [paint("✗", .bad) + " the numbers before \(name(id)) could not be taken"]
                + FailureText.lines(failure, indent: 4, paint: paint)
        case .waveStarted(let id): [wave(id)]
        case .targetStarted(let id): ["\(shown(id)): \(start(id)) → \((routes[id]?.route.to).text)"]
        case .stepFinished(let id, let step): ["\(shown(id)): \(self.step(step))"]
        case .targetFinished(let id, let report): finished(id, report)
        case .retriesAwaited(let id):
            [paint("\(name(id)): a pause, then the targets with bad luck are tried again", .warning)]
        case .waveRepeated(let id): ["wave \(name(id)) once more, for the targets with bad luck"]
        case .environmentPassed(let name, _): [paint("✓", .good) + " \(shown(name)) passed"]
        case .targetsDeferred(let targets): [paint(deferred(targets), .warning)]
        case .gateStarted(let id): [gate(id)]
        case .gateFinished(let id, nil): [paint("✓", .good) + " gate of \(name(id)) passed"]
        case .gateFinished(let id, let failure?):
            [paint("✗", .bad) + " gate of \(name(id)) failed"] + FailureText.lines(failure, indent: 4, paint: paint)
        case .halted(let reason): [paint(halt(reason), .warning)]
        case .rollbackStarted(let targets):
            [paint("rolling \(targets.count.of("target")) back, newest change first", .warning)]
        case .revertStarted(let id): ["\(shown(id)): going back to \((routes[id]?.back.to).text)"]
        case .revertFinished(let id, let report): reverted(id, report)
        case .stopRequested(let by):
            [paint("\(shown(by)) asked to stop: nothing new starts, what runs finishes", .warning)]
        case .suspended: ["left for a later resume"]
        case .ended(let outcome): [paint("ended: \(outcome.text)", outcome == .succeeded ? .good : .bad)]
        }
    }

    private func name(_ id: WaveID) -> String { plan.name(of: id).harmless }

    private func shown(_ name: some CustomStringConvertible) -> String { name.description.harmless }

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
            return [paint("✓", .good) + " \(shown(id)) is on \((report.after?.version).text)"]
        }
        return [failure.sign(paint) + " \(shown(id)) \(ending(of: report, isBack: false))"]
            + FailureText.lines(failure, indent: 4, paint: paint)
    }

    /// What a failure is called: what was stopped or deferred is none.
    func ending(of report: TargetReport, isBack: Bool) -> String {
        switch report.failure?.kind {
        case .cancelled: isBack ? "was stopped on its way back" : "stopped"
        case _ where isBack: "could not be brought back"
        case _ where report.isDeferred: "is deferred"
        default: "failed"
        }
    }

    private func reverted(_ id: TargetID, _ report: TargetReport) -> [String] {
        guard let failure = report.failure else {
            return [paint("◂", .good) + " \(shown(id)) is back on \((report.after?.version).text)"]
        }
        return [failure.sign(paint) + " \(shown(id)) \(ending(of: report, isBack: true))"]
            + FailureText.lines(failure, indent: 4, paint: paint)
    }

    private func gate(_ id: WaveID) -> String {
        let gate = plan.environments[id.environment].waves[id.wave].gate
        let bake = gate.bakeSeconds.map { "baking for \($0.secondsText)" }
        let checks = gate.checks.isEmpty ? nil : "asking " + gate.checks.map { shown($0.name) }.joined(separator: ", ")
        return "\(name(id)): " + [bake, checks].compactMap { $0 }.joined(separator: ", ")
    }

    private func approval(_ scope: ApprovalScope, in machine: RolloutMachine) -> String {
        let rule = machine.rule(for: scope)
        let left = machine.approvalsLeft(for: scope)
        let given = machine.approvers(of: scope)
        let from = rule.map { $0.from.isEmpty ? "" : " from " + $0.from.joined(separator: ", ").harmless } ?? ""
        let what =
            given.isEmpty
            ? "an approval" + (left > 1 ? " of \(left) people" : "") : "\(left) more approval\(left == 1 ? "" : "s")"
        return "\(scope.wave == nil ? "" : "what comes after ")\(shown(scope)) waits for \(what)\(from)"
    }

    private func hook(_ id: HookID, _ report: HookReport) -> [String] {
        let output = (report.output ?? "").split(whereSeparator: \.isNewline).prefix(5).map {
            paint("  \(String($0).harmless)", .quiet)
        }
        guard let failure = report.failure else {
            return [
                "hook \(shown(report.name)) \(id.moment.rawValue) \(shown(id.point)) done (\(report.seconds.secondsText))"
            ]
                + output
        }
        return [paint("✗", .bad) + " hook \(shown(report.name)) \(id.moment.rawValue) \(shown(id.point)) failed"]
            + FailureText.lines(failure, indent: 4, paint: paint) + output
    }

    private func deferred(_ targets: [TargetID]) -> String {
        "\(targets.count.of("target")) deferred: others held locks at every try: "
            + targets.prefix(5).map(shown).joined(separator: ", ") + (targets.count > 5 ? ", …" : "")
    }

    private func halt(_ reason: HaltReason) -> String {
        switch reason {
        case .tooManyFailures(let environment, let failures):
            "halted: \(failures.of("target")) failed in \(shown(environment)); nothing new starts"
        case .tooManyFailuresInWave(let environment, let wave, let failures):
            "halted: \(failures.of("target")) failed in \(shown(environment))/\(shown(wave)); nothing new starts"
        case .tooManyFailuresInAll(_, let failures):
            "halted: \(failures.of("target")) failed in all; nothing new starts"
        case .gateFailed(let environment, let wave): "halted: the gate of \(shown(environment))/\(shown(wave)) said no"
        case .hookFailed(_, let hook): "halted: hook \(shown(hook)) failed; nothing new starts"
        case .notPromoted(let environment):
            "halted: \(shown(environment)) may not get versions that did not pass the environments before it"
        case .rollbackRequested: "halted: a rollback was asked for"
        case .aborted(let by, let takesBack, _):
            "halted: \(shown(by)) ended it" + (takesBack ? " and takes it back" : "")
        case .rejected(let scope, let by, let takesBack):
            "halted: \(shown(by)) rejected \(shown(scope))" + (takesBack ? "; what was changed goes back" : "")
        case .interrupted(let by): "halted: \(shown(by)) interrupted it; what was changed goes back"
        }
    }
}

extension RolloutOutcome {
    /// The outcome in words.
    var text: String { rawValue.replacing("_", with: " ") }
}
