import FleetModel
import Foundation
import Rollout
import Store

/// What needs someone: each target that failed or was deferred, with the place and the state that it is in.
struct ReportFailures {
    let page: ReportPage
    /// More than this are folded.
    static let openLimit = 10

    var html: HTML {
        let failed = page.machine.targets.filter { [.failed, .deferred].contains($0.value.account) }
            .sorted { $0.key < $1.key }
        let items = failed.map { id, progress in
            let state = progress.state.map { " is on version \($0)" } ?? " – its version is not known"
            let title = HTML.tag(
                "h3", [], .text(id.rawValue), .text(" "), .badge(progress.account.text, progress.account.tint))
            return HTML.tag(
                "article", [],
                title + .tag("p", [], id.rawValue + state)
                    + (progress.failure.map(HTML.failure) ?? .empty))
        }
        guard items.count > Self.openLimit else { return .section("Needs someone", .join(items)) }
        return .section(
            "Needs someone",
            .join(items.prefix(Self.openLimit))
                + .details("\(items.count - Self.openLimit) more", .join(items.dropFirst(Self.openLimit))))
    }
}

/// Waves with their targets; a wave of many is folded.
struct ReportWaves {
    let page: ReportPage
    static let openLimit = 20

    private struct Times {
        var began: [TargetID: Double] = [:]
        var took: [TargetID: Double] = [:]
        var waves: [WaveID: JournaledEvent] = [:]
    }

    var html: HTML {
        let times = times()
        let census = RolloutCensus(page.machine)
        let waves = page.record.plan.waveIDs.map { id in
            let planned = page.record.plan.environments[id.environment].waves[id.wave]
            let count = census[id]
            let accounts = TargetAccount.allCases.compactMap { account in
                count[account] > 0 ? "\(count[account]) \(account.text)" : nil
            }
            let begin = times.waves[id].map { ", released \($0.time.minuteText)" } ?? ", not released"
            let rows = planned.targets.map { row($0, times) }
            let table = HTML.table(["Target", "Account", "Planned", "Now on", "Took"], rows, class: "targets")
            return HTML.tag(
                "article", [], .tag("h3", [], page.name(of: id)),
                .tag("p", [], "\(planned.targets.count.of("target")): \(accounts.joined(separator: ", "))\(begin)"),
                .details("Targets", isOpen: rows.count <= Self.openLimit, table))
        }
        return .section("Waves", .join(waves))
    }

    private func row(_ planned: PlannedTarget, _ times: Times) -> [HTML] {
        let id = planned.target.id
        let progress = page.machine.targets[id]
        let account = progress?.account ?? .notStarted
        let way = planned.hasWork ? "\(planned.route.from.text) → \(planned.route.to.text)" : "nothing to run"
        let now = progress?.state.map(\.description) ?? (planned.hasWork ? "" : planned.route.to.text)
        return [
            .text(id.rawValue), .badge(account.text, account.tint), .text(way), .text(now),
            .text(times.took[id].map(\.secondsText) ?? ""),
        ]
    }

    /// From the journal: when waves were released, and how long each target took in all.
    private func times() -> Times {
        var times = Times()
        for entry in page.record.journal {
            switch entry.event {
            case .waveStarted(let id):
                if times.waves[id] == nil { times.waves[id] = entry }
            case .targetStarted(let id), .revertStarted(let id):
                times.began[id] = entry.seconds
            case .targetFinished(let id, _), .revertFinished(let id, _):
                if let began = times.began.removeValue(forKey: id) {
                    times.took[id, default: 0] += max(0, entry.seconds - began)
                }
            default:
                break
            }
        }
        return times
    }
}
