import FleetModel
import Foundation
import Rollout

/// The story of a rollout for people: what was decided and said in the order of the journal, and the targets of a wave
/// together, each in a line with the time that it took. Thousands that went well are a line.
struct RolloutStory {
    /// More targets that went well than this, one after the other, are summed up.
    static let listLimit = 12

    private struct Ended {
        let id: TargetID
        let report: TargetReport
        let seconds: Double?
        let isBack: Bool
        let at: Date
    }

    private let plan: Plan
    private let text: EventText
    private let paint: Paint
    private var started: [TargetID: Double] = [:]
    private var since: [WaveID: Double] = [:]
    private var ended: [Ended] = []
    private var day = ""
    private var machine: RolloutMachine

    init(plan: Plan, paint: Paint) {
        self.plan = plan
        self.paint = paint
        machine = RolloutMachine(plan: plan)
        text = EventText(plan: plan, paint: paint)
    }

    /// All of it.
    static func lines(_ journal: some Sequence<JournaledEvent>, of plan: Plan, paint: Paint) -> [String] {
        var story = RolloutStory(plan: plan, paint: paint)
        return journal.flatMap { story.take($0) } + story.end()
    }

    /// What there is to tell after an event.
    mutating func take(_ entry: JournaledEvent) -> [String] {
        machine.apply(entry.event)
        switch entry.event {
        case .targetStarted(let id), .revertStarted(let id):
            started[id] = entry.seconds
            return []
        case .stepFinished, .hookStarted, .baselineStarted:
            return []
        case .targetFinished(let id, let report):
            end(id, report, isBack: false, entry)
            return []
        case .revertFinished(let id, let report):
            end(id, report, isBack: true, entry)
            return []
        case .waveStarted:
            return flush() + [""] + dayLines(entry) + lines(entry)
        case .gateStarted(let id):
            since[id] = entry.seconds
            return flush() + dayLines(entry) + lines(entry)
        case .gateFinished(let id, _):
            var lines = lines(entry)
            if let since = since[id], !lines.isEmpty { lines[0] += ", \((entry.seconds - since).secondsText)" }
            return flush() + dayLines(entry) + lines
        case .rollbackStarted, .halted:
            return flush() + (started.isEmpty && ended.isEmpty ? [""] : []) + dayLines(entry) + lines(entry)
        case .started, .resumed, .asked, .approvalAwaited, .approved, .promotionAwaited, .promoted, .windowAwaited,
            .windowOpened, .windowClosed, .hookFinished, .baselineFinished, .retriesAwaited, .waveRepeated,
            .environmentPassed, .targetsDeferred, .stopRequested, .suspended, .ended:
            return flush() + dayLines(entry) + lines(entry)
        }
    }

    /// What is left to tell: targets that were begun and of which nothing was heard.
    mutating func end() -> [String] {
        let left = started.keys.sorted()
        let names = left.prefix(Self.listLimit).map {
            "    " + paint("▒", .active) + " \($0.rawValue.harmless) has not ended"
        }
        let more = left.count > Self.listLimit ? ["    and \(left.count - Self.listLimit) more"] : []
        return flush() + names + more
    }

    private func lines(_ entry: JournaledEvent) -> [String] {
        PlainProgress.lines(text.lines(entry.event, in: machine), at: entry.time)
    }

    /// The day, where it is another one than before.
    private mutating func dayLines(_ entry: JournaledEvent) -> [String] {
        let today = entry.time.formatted(.iso8601.year().month().day())
        defer { day = today }
        return day.isEmpty || day == today ? [] : [paint("– \(today) –", .quiet)]
    }

    private mutating func end(_ id: TargetID, _ report: TargetReport, isBack: Bool, _ entry: JournaledEvent) {
        let since = started.removeValue(forKey: id)
        ended.append(
            Ended(
                id: id, report: report, seconds: since.map { entry.seconds - $0 }, isBack: isBack, at: entry.time))
    }

    private mutating func flush() -> [String] {
        defer { ended = [] }
        let good = ended.filter { $0.report.failure == nil }
        guard good.count > Self.listLimit else { return ended.flatMap(lines) }
        return summary(good) + ended.filter { $0.report.failure != nil }.flatMap(lines)
    }

    private func summary(_ good: [Ended]) -> [String] {
        let times = good.compactMap(\.seconds)
        let versions = Set(good.map { ($0.report.after?.version).text }).sorted()
        let place =
            versions.count == 1 ? "on \(versions[0])" : "on versions \(versions.prefix(5).joined(separator: ", "))"
        var line = "    " + paint(good[0].isBack ? "◂" : "✓", .good) + " \(good.count.of("target")) \(place)"
        if let least = times.min(), let most = times.max() {
            line += ", \(least.secondsText) to \(most.secondsText) each"
            if let slowest = good.first(where: { $0.seconds == most }), most >= 1 {
                line += "; the longest: \(slowest.id.rawValue.harmless)"
            }
        }
        return [line]
    }

    private func lines(_ ended: Ended) -> [String] {
        let time = ended.seconds.map { " (\($0.secondsText))" } ?? ""
        let name = ended.id.rawValue.harmless
        guard let failure = ended.report.failure else {
            let steps = ended.report.finished.count
            let sign = paint(ended.isBack ? "◂" : "✓", .good)
            let way = "\((ended.report.before?.version).text) → \((ended.report.after?.version).text)"
            return ["    \(sign) \(name)  \(way)\(steps > 1 ? ", \(steps) steps" : "")\(time)"]
        }
        let what = text.ending(of: ended.report, isBack: ended.isBack)
        return ["    \(failure.sign(paint)) \(name) \(what)\(time)"]
            + FailureText.lines(failure, indent: 6, paint: paint)
    }
}
