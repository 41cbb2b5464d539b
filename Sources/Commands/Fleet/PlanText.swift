import FleetModel
import Rollout

/// A plan for people: the waves in their order, and what each would run.
struct PlanText {
    let plan: Plan

    /// Waves with more targets than this are summed up.
    static let listLimit = 12

    /// - Parameter isWhole: whether nothing stands against the plan, so that what it does not do need not be done.
    func lines(paint: Paint, isWhole: Bool = true) -> [String] {
        var lines: [String] = []
        for environment in plan.environments {
            lines.append(
                paint(environment.name, .strong) + paint("  " + RulesText.summary(environment), .quiet))
            for wave in environment.waves { lines += self.wave(wave, environment.name, paint) }
            lines.append("")
        }
        lines += leftOut(paint)
        guard isWhole || plan.hasWork else { return lines }
        return lines + [summary(paint)]
    }

    /// What the inventory has and the plan leaves out, each reason once with a few of its targets.
    func leftOut(_ paint: Paint) -> [String] {
        let byReason = Dictionary(grouping: plan.terms.leftOut) { $0.reason.description }
        let lines = byReason.sorted { $0.key < $1.key }.map { reason, targets in
            let names = targets.prefix(3).map(\.target.rawValue).joined(separator: ", ")
            let more = targets.count > 3 ? " and \(targets.count - 3) more" : ""
            return paint("left out, \(reason): \(names)\(more)".harmless, .warning)
        }
        let override = plan.terms.override.map { [paint("override: \($0)".harmless, .warning)] } ?? []
        return lines.isEmpty && override.isEmpty ? [] : lines + override + [""]
    }

    private func wave(_ wave: PlannedWave, _ environment: String, _ paint: Paint) -> [String] {
        let waiting = wave.targets.filter(\.hasWork)
        let done = wave.targets.count - waiting.count
        let rest = done == 0 ? "" : paint("  (\(done) there already)", .quiet)
        var lines = ["  wave \(wave.name): \(waiting.count.of("target"))\(rest)"]
        let width =
            waiting.prefix(Self.listLimit).map { $0.target.id.rawValue.count - environment.count - 1 }.max() ?? 0
        for planned in waiting.prefix(Self.listLimit) {
            let name = planned.target.id.rawValue.dropFirst(environment.count + 1).harmless.filled(to: width)
            lines.append("    \(name)  \(planned.route.from.text) → \(planned.route.to.text)  \(steps(planned, paint))")
        }
        if waiting.count > Self.listLimit { lines.append("    and \(waiting.count - Self.listLimit) more") }
        lines += limits(of: waiting, paint)
        let gate = GateText.parts(wave.gate)
        if !waiting.isEmpty, !gate.isEmpty { lines.append(paint("    then " + gate.joined(separator: ", "), .quiet)) }
        return lines
    }

    /// The migrations of a wave whose files ask for limits of their own, each once.
    private func limits(of targets: [PlannedTarget], _ paint: Paint) -> [String] {
        var seen: Set<MigrationStep> = []
        return targets.lazy.flatMap(\.route.steps).compactMap { step in
            guard let limits = step.limits, seen.insert(step).inserted else { return nil }
            return paint("    \(step.version) \(step.title.harmless): \(limits.text)", .quiet)
        }
    }

    private func steps(_ planned: PlannedTarget, _ paint: Paint) -> String {
        let titles = planned.route.steps.map { step in
            let marks = (step.isTransactional ? [] : ["no transaction"]) + step.hazards.map(\.rawValue)
            return "\(step.direction == .down ? "−" : "")\(step.version) \(step.title.harmless)"
                + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))")
        }
        let text = titles.prefix(3).joined(separator: ", ")
        return paint(titles.count > 3 ? "\(text), and \(titles.count - 3) more" : text, .quiet)
    }

    private func summary(_ paint: Paint) -> String {
        let all = Array(plan.targets)
        let waiting = all.filter(\.hasWork)
        let steps = waiting.map(\.route.steps.count).reduce(0, +)
        guard !waiting.isEmpty else {
            return paint("✓", .good) + " nothing to do: \(all.count.of("target")) at the goal already"
        }
        return paint("\(waiting.count.of("target")) of \(all.count) to change", .strong)
            + ", \(steps.of("step")) to run; a rollback would run \(waiting.map(\.back.steps.count).reduce(0, +))"
    }

    static func problems(_ problems: [PlanProblem], paint: Paint) -> [String] {
        problems.flatMap { problem in
            let lines = FailureText.lines(problem.failure, indent: 2, paint: paint)
            guard let target = problem.target else {
                return ["", paint("✗", .bad) + (lines.first.map { String($0.dropFirst()) } ?? "")] + lines.dropFirst()
            }
            return ["", paint("✗", .bad) + " \(target)"] + lines
        }
    }

    /// A line for each target that a session of pgfleet is at work on.
    static func busy(_ busy: [BusyTarget], paint: Paint) -> [String] {
        guard !busy.isEmpty else { return [] }
        return [""]
            + busy.map { paint("!", .warning) + " \($0.target): at work on it: \($0.session)".harmless }
            + [paint("  its lock is waited for (timeouts.lock_wait)", .quiet)]
    }

    /// A line for each.
    static func warnings(_ warnings: [PlanWarning], paint: Paint) -> [String] {
        guard !warnings.isEmpty else { return [] }
        return [""]
            + warnings.map { warning in
                let targets = warning.targets.of("target")
                return paint("!", .warning) + " \(warning.message.harmless)" + paint("  (\(targets))", .quiet)
            }
    }
}

extension StepLimits {
    /// The limits in words: `at most 4 at once, 1 per host, 500 ms apart`.
    var text: String {
        let parts = [
            isAlone ? "alone" : nil, concurrency.map { "at most \($0) at once" },
            perHost.map { "at most \($0) per host" }, delaySeconds.map { "\($0.secondsText) apart" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
