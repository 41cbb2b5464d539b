import FleetModel
import Foundation
import Rollout

/// What is at work: the gate that is watched, hooks, and targets, the longest first.
struct ActivityRows {
    let machine: RolloutMachine
    let sights: RolloutSights
    let now: Double

    static let checkLimit = 4

    /// The gate with what is left of its bake time, and each of its checks.
    func gate() -> [ScreenLine] {
        guard let gate = sights.gate, machine.plan.environments.indices.contains(gate.wave.environment) else {
            return []
        }
        let planned = machine.plan.environments[gate.wave.environment].waves[gate.wave.wave].gate
        let left = gate.since + (gate.bakeSeconds ?? planned.bakeSeconds ?? 0) - now
        let phase =
            left > 0
            ? "bakes \(left.rounded(.up).clockText) more" : "asks its checks, for \((now - gate.since).clockText)"
        var lines = [ScreenLine("  ▸ gate of \(machine.plan.name(of: gate.wave)) \(phase)", .active)]
        let width = planned.checks.prefix(Self.checkLimit).map(\.name.columns).max() ?? 0
        for check in planned.checks.prefix(Self.checkLimit) {
            let name = check.name.cutInside(to: min(width, 24)).filled(to: min(width, 24))
            // Answers are not in the journal: only the process that asks knows them.
            lines.append(
                gate.bakeSeconds == nil
                    ? ScreenLine("    · \(name)  asked by the process that works on it", .quiet)
                    : answer(gate.answers[check.name], check, name))
        }
        let more = planned.checks.count - Self.checkLimit
        if more > 0 { lines.append(ScreenLine("    and \(more.of("check")) more", .quiet)) }
        return lines
    }

    private func answer(_ answer: RolloutSights.Answer?, _ check: GateCheck, _ name: String) -> ScreenLine {
        guard let answer else { return ScreenLine("    · \(name)  not answered yet", .quiet) }
        let ago = "\((now - answer.at).clockText) ago"
        let tolerated = check.failureLimit > 0 ? " of \(check.failureLimit) let pass" : ""
        guard let failure = answer.failure else {
            let noes = answer.noes > 0 ? ", before that no \(answer.noes)×\(tolerated)" : ""
            return ScreenLine("    ✓ ", .good).adding("\(name)  yes, \(ago)\(noes)")
        }
        return ScreenLine("    ✗ ", .bad).adding(
            "\(name)  no, \(answer.noes)×\(tolerated), \(ago): \(FailureText.headline(failure))")
    }

    func hooks() -> [ScreenLine] {
        var lines: [ScreenLine] = []
        if let hook = sights.hook {
            lines.append(ScreenLine("  ▸ \(machine.plan.hookText(hook.id))  \((now - hook.since).clockText)", .active))
        }
        if let baseline = sights.baseline {
            let name = machine.plan.name(of: baseline.wave)
            lines.append(
                ScreenLine(
                    "  ▸ numbers from before \(name) are taken  \((now - baseline.since).clockText)", .active))
        }
        return lines
    }

    /// The targets at work; names are cut, so that what they are at and for how long is always seen.
    func targets(width: Int, limit: Int) -> [ScreenLine] {
        // The times are looked up once for each, not at each comparison: all targets of a large fleet may be at work.
        let running = machine.targetsInFlight.map { (since: sights.started[$0] ?? now, id: $0) }
            .sorted { ($0.since, $0.id) < ($1.since, $1.id) }.map(\.id)
        guard limit > 0, !running.isEmpty else { return [] }
        let shown = running.prefix(running.count > limit ? limit - 1 : limit)
        let works = shown.map(work)
        let longest = works.map(\.columns).max() ?? 0
        let names = shown.map(\.rawValue.harmless)
        let nameWidth = max(8, min(names.map(\.columns).max() ?? 0, width - longest - 6))
        var lines = zip(zip(shown, names), works).map { row, work in
            let sign = machine.targets[row.0]?.phase == .reverting ? "◂" : "▸"
            return ScreenLine(
                "  \(sign) " + row.1.cutInside(to: nameWidth).filled(to: nameWidth) + "  \(work)", .active)
        }
        if shown.count < running.count {
            lines.append(ScreenLine("    and \(running.count - shown.count) more at work", .quiet))
        }
        return lines
    }

    private func work(_ id: TargetID) -> String {
        guard let planned = machine.plannedTarget(id), let progress = machine.targets[id] else { return "" }
        let isBack = progress.phase == .reverting
        let route = isBack ? planned.back : planned.route
        let steps = route.steps.count
        let place = isBack || steps < 2 ? "" : "  step \(min(progress.finishedSteps + 1, steps)) of \(steps)"
        return "\(route.from.text) → \(route.to.text)\(place)  \((now - (sights.started[id] ?? now)).clockText)"
    }

    /// The newest notices.
    func notices(limit: Int) -> [ScreenLine] {
        sights.notices.suffix(max(0, limit)).map { notice in
            ScreenLine("  · \(Date(timeIntervalSince1970: notice.at).timeOfDay) \(notice.text)", .quiet)
        }
    }
}
