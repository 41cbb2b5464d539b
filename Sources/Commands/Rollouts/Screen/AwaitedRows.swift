import FleetModel
import Foundation
import Rollout
import Synchronization

/// What a rollout waits for: whom or what, for how long, and the command that ends it.
struct AwaitedRows {
    let id: RolloutID
    let machine: RolloutMachine
    let census: RolloutCensus
    let sights: RolloutSights
    let openings: OpeningTimes
    let now: Double

    func lines() -> [ScreenLine] {
        guard !machine.isSuspended else { return [] }
        switch machine.course {
        case .idle, .ended: return []
        case .forward, .halted, .rollback: return pause() + approval() + promotion() + window() + retries()
        }
    }

    /// Whether the rollout stands still because of one of them.
    var isWaiting: Bool { !lines().isEmpty && machine.inFlightCount == 0 }

    private func command(_ text: String) -> ScreenLine {
        ScreenLine("    → ", .active).adding("pgfleet rollout \(text)")
    }

    private func pause() -> [ScreenLine] {
        guard let by = machine.pausedBy else { return [] }
        var text = "paused by \(by)"
        if let pause = sights.pause {
            text += " \((now - pause.since).clockText) ago" + (pause.reason.map { ": \($0)" } ?? "")
        }
        return [ScreenLine("  ‖ " + text, .warning), command("resume \(id)")]
    }

    private func approval() -> [ScreenLine] {
        guard let scope = machine.awaitedApproval else { return [] }
        let left = machine.approvalsLeft(for: scope)
        var line = ScreenLine(
            "  ? \(scope.wave == nil ? "" : "what comes after ")\(scope) waits for \(left.of("approval"))", .warning)
        if let rule = machine.rule(for: scope), !rule.from.isEmpty {
            line.add(" from " + rule.from.joined(separator: ", "), .warning)
        }
        let approvers = machine.approvers(of: scope)
        if !approvers.isEmpty { line.add("; yes from " + approvers.joined(separator: ", "), .quiet) }
        return [line, command("approve \(id)")]
    }

    private func promotion() -> [ScreenLine] {
        guard let name = machine.awaitedPromotion, let rules = rules(of: name), let promotion = rules.promotion else {
            return []
        }
        let passed =
            promotion.awaited.compactMap { sights.passed[$0] }
            + [promotion.passedMilliseconds].compactMap { $0.map { Double($0) / 1000 } }
        let long = promotion.bakeSeconds.secondsText
        let text =
            passed.max().map { "  … \(name) waits until \(until($0 + promotion.bakeSeconds)) (passed for \(long))" }
            ?? "  … \(name) waits until its versions have been passed for \(long)"
        return [ScreenLine(text, .warning)]
    }

    private func window() -> [ScreenLine] {
        guard let name = machine.awaitedWindow, let times = rules(of: name)?.startTimes else { return [] }
        let moment = Date(timeIntervalSince1970: now)
        let opening = openings.opening(of: times, in: name, after: moment)
        let why = times.obstacle(at: moment) ?? "about to open"
        let text = opening.map { "opens " + until($0.timeIntervalSince1970) } ?? "does not open within a year"
        return [ScreenLine("  … \(name) \(text)", .warning), ScreenLine("    \(why)", .quiet)]
    }

    private func retries() -> [ScreenLine] {
        guard let wave = machine.awaitedRetries, let since = sights.retriesSince else { return [] }
        let delay = machine.plan.environments[wave.environment].rules.retryDelaySeconds
        let count = census[wave].retrying
        let what = count == 1 ? "1 target is" : "\(count) targets are"
        return [
            ScreenLine(
                "  … \(what) tried again in \((since + delay - now).clockText) (\(machine.plan.name(of: wave)))",
                .warning)
        ]
    }

    private func rules(of name: String) -> EnvironmentRules? {
        machine.plan.environments.first { $0.name == name }?.rules
    }

    private func until(_ time: Double) -> String {
        "\(Date(timeIntervalSince1970: time).minuteText), in \((time - now).clockText)"
    }
}

/// When environments open, found anew each minute and not for each picture: it means looking through a calendar.
final class OpeningTimes: Sendable {
    private let found = Mutex<[String: (minute: Int, opening: Date?)]>([:])

    func opening(of times: StartTimes, in environment: String, after date: Date) -> Date? {
        let minute = Int(date.timeIntervalSince1970 / 60)
        return found.withLock { found in
            if let known = found[environment], known.minute == minute { return known.opening }
            let opening = times.opening(after: date)
            found[environment] = (minute, opening)
            return opening
        }
    }
}
