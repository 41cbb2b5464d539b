import FleetModel
import Rollout

/// What a terminal shows while a rollout runs: how far it is, a row per wave, what it waits for, and what is at work.
/// Never more lines than the terminal has, and none wider.
struct RolloutScreen {
    let id: RolloutID
    let machine: RolloutMachine
    let sights: RolloutSights
    let census: RolloutCensus
    let timeLeft: TimeLeft
    let openings: OpeningTimes
    /// Seconds since 1970.
    let now: Double

    static let waveLimit = 12
    static let noticeLimit = 3
    static let targetLimit = 10

    func lines(width: Int, height: Int) -> [ScreenLine] {
        // A line that is filled to its last column leaves the cursor where the next character may end up anywhere.
        let width = max(1, width - 1)
        // What stays above the picture is seen, too.
        let budget = max(3, height - 4)
        let activity = ActivityRows(machine: machine, sights: sights, now: now)
        let awaited = awaitedRows.lines()
        var lines = [headline] + awaited
        let work = activity.gate() + activity.hooks()
        let notices = activity.notices(limit: Self.noticeLimit)
        // Waves and targets share what the rest leaves.
        let room = max(2, budget - lines.count - work.count - notices.count)
        let running = machine.inFlightCount
        let forWaves = min(Self.waveLimit, machine.plan.waveIDs.count)
        let forTargets = min(running, Self.targetLimit, max(room / 2, room - forWaves))
        lines.insert(
            contentsOf: WaveRows(machine: machine, census: census, sights: sights)
                .lines(width: width, limit: min(Self.waveLimit, max(1, room - forTargets))), at: 1)
        lines += work + activity.targets(width: width, limit: forTargets) + notices
        return lines.prefix(budget).map { $0.cut(to: width) }
    }

    private var awaitedRows: AwaitedRows {
        AwaitedRows(id: id, machine: machine, census: census, sights: sights, openings: openings, now: now)
    }

    private var headline: ScreenLine {
        var line = ScreenLine(course, .strong)
        if census.all[.failed] > 0 { line.add(", \(census.all[.failed]) failed", .bad) }
        if let takenUp = sights.takenUp { line.add("  \((now - takenUp).clockText)", .quiet) }
        if !awaitedRows.isWaiting, !machine.isStopping, !machine.isPaused,
            let left = timeLeft.seconds(machine, census, sights, at: now)
        {
            line.add(", \(left.roughText) left", .quiet)
        }
        return line
    }

    private var course: String {
        let progress = "\(census.all.done) of \(census.all.total.of("target"))"
        if case .ended(let outcome) = machine.course, outcome != .succeeded { return outcome.text }
        if machine.isStopping, machine.inFlightCount > 0 {
            return "stopping: waiting for \(machine.inFlightCount.of("target"))"
        }
        if machine.isPaused { return "paused: \(progress)" }
        return switch machine.course {
        case .rollback: "rolling back: \(census.all[.rolledBack]) of \(machine.revertCount) back"
        case .halted: "halted: waiting for \(machine.inFlightCount.of("target")) in flight"
        case .idle, .forward, .ended: progress
        }
    }
}
