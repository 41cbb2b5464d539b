import FleetModel
import Foundation
import Rollout
import Synchronization

/// Shows a running rollout on standard error: redrawn in place on a terminal, a line per event elsewhere.
final class RolloutView: Sendable {
    private struct State {
        var machine: RolloutMachine
        var sights = RolloutSights()
        /// Made anew when something has happened since.
        var census: RolloutCensus?
        var picture = Picture()
        var isPaused = false
        var ticker: Task<Void, Never>?
    }

    let id: RolloutID
    private let output: Output
    private let text: EventText
    private let timeLeft: TimeLeft
    private let openings = OpeningTimes()
    private let isLive: Bool
    private let state: Mutex<State>
    private let clock = ContinuousClock()
    private let origin = (wall: Date.now.timeIntervalSince1970, monotonic: ContinuousClock.now)

    /// - Parameter isQuiet: whether events are shown elsewhere, so that only what is no event is told here.
    init(id: RolloutID, plan: Plan, output: Output, isQuiet: Bool = false) {
        self.id = id
        self.output = output
        self.isQuiet = isQuiet
        isLive = output.messages.isInteractive && !isQuiet
        text = EventText(plan: plan, paint: output.messages.paint)
        timeLeft = TimeLeft(plan: plan)
        state = Mutex(State(machine: RolloutMachine(plan: plan)))
        head = output.messages.paint("Rollout \(id)", .strong) + " of \(plan.fleet) to \(plan.goal)"
    }

    private let isQuiet: Bool
    private let head: String

    /// Seconds since 1970; a clock that is set meanwhile does not matter.
    private var now: Double { origin.wall + (clock.now - origin.monotonic).seconds }

    /// Takes what happened before it is looked at.
    func replay(_ journal: some Sequence<JournaledEvent>) {
        state.withLock { state in
            for entry in journal {
                state.machine.apply(entry.event)
                state.sights.take(entry.event, at: entry.seconds)
            }
            state.census = nil
        }
    }

    /// Says which rollout it is, and begins to redraw on a terminal.
    func begin() async {
        if !isQuiet { output.tell(head) }
        guard isLive else { return }
        output.tellRaw("\u{1B}[?25l")
        let ticker = Task(name: "redraw") { [self] in
            while !Task.isCancelled {
                draw()
                do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
            }
        }
        state.withLock { $0.ticker = ticker }
    }

    /// Takes an event; returns at once.
    func show(_ entry: JournaledEvent) {
        // The machine is not copied out of here: that would make each event as expensive as the fleet is large.
        let lines = state.withLock { state -> [String]? in
            state.machine.apply(entry.event)
            state.sights.take(entry.event, at: entry.seconds)
            state.census = nil
            return isQuiet
                ? nil : isLive ? lasting(entry.event, in: state.machine) : text.lines(entry.event, in: state.machine)
        }
        if let lines { insert(PlainProgress.lines(lines, at: entry.time)) }
    }

    /// Takes what a gate's checks answer.
    func show(_ sight: GateSight) {
        let time = now
        state.withLock { $0.sights.take(sight, at: time) }
    }

    /// Takes what is told of a target beside the events.
    func note(_ line: String) {
        let time = now
        guard isLive else { return insert(PlainProgress.lines([line.harmless], at: .now)) }
        state.withLock { $0.sights.note(line, at: time) }
    }

    /// Tells something that is no event.
    func tell(_ line: String) { insert([line]) }

    /// Tells what the picture shows by itself.
    func hint(_ line: String) { if !isLive { output.tell(line) } }

    /// Writes lines above the picture.
    private func insert(_ lines: [String]) {
        let text = lines.map { $0 + "\n" }.joined()
        guard isLive else { return output.tellRaw(text) }
        let width = output.messages.size.width
        state.withLock { state in
            output.tellRaw((state.isPaused ? "" : state.picture.erasure(width: width)) + text)
        }
        draw()
    }

    /// Leaves the last picture standing and gives the terminal back.
    func end() async {
        guard isLive else { return }
        let ticker = state.withLock { $0.ticker }
        ticker?.cancel()
        await ticker?.value
        draw()
        output.tellRaw("\u{1B}[?25h")
    }

    /// Gives the terminal back at once, before the process ends.
    func giveBack() { if isLive { output.tellRaw("\u{1B}[?7h\u{1B}[?25h\n") } }

    /// Stops redrawing while a question is asked.
    func pause() async {
        guard isLive else { return }
        draw()
        state.withLock { state in
            state.isPaused = true
            state.picture.leave()
        }
        output.tellRaw("\u{1B}[?25h")
    }

    /// Goes on redrawing, below the question.
    func resume() {
        guard isLive else { return }
        output.tellRaw("\u{1B}[?25l")
        state.withLock { $0.isPaused = false }
    }

    private func draw() {
        let time = now
        let size = output.messages.size
        state.withLock { state in
            guard !state.isPaused else { return }
            let census = state.census ?? RolloutCensus(state.machine)
            state.census = census
            let screen = RolloutScreen(
                id: id, machine: state.machine, sights: state.sights, census: census, timeLeft: timeLeft,
                openings: openings, now: time)
            let lines = screen.lines(width: size.width, height: size.height)
            output.tellRaw(state.picture.frame(lines, width: size.width, paint: output.messages.paint))
        }
    }
}

extension RolloutView {
    /// What stays on the terminal above the picture: what went wrong, in a line, and what operators did. The summary at
    /// the end has the details.
    private func lasting(_ event: RolloutEvent, in machine: RolloutMachine) -> [String]? {
        let paint = output.messages.paint
        switch event {
        case .targetFinished(let id, let report), .revertFinished(let id, let report):
            return report.failure.map { failure in
                let line = "\(id): \(FailureText.headline(failure))".harmless.cut(to: output.messages.size.width - 13)
                return [failure.sign(paint) + " " + line]
            }
        case .targetsDeferred, .gateFinished(_, .some), .baselineFinished(_, _, .some), .halted, .rollbackStarted,
            .stopRequested, .asked, .approved, .windowClosed:
            return text.lines(event, in: machine)
        case .hookFinished(_, let report):
            return report.failure == nil ? nil : text.lines(event, in: machine)
        case .started, .resumed, .approvalAwaited, .promotionAwaited, .promoted, .windowAwaited, .windowOpened,
            .hookStarted, .baselineStarted, .baselineFinished(_, _, .none), .waveStarted, .retriesAwaited,
            .waveRepeated, .targetStarted, .stepFinished, .gateStarted, .gateFinished(_, .none), .environmentPassed,
            .revertStarted, .suspended, .ended:
            return nil
        }
    }
}

extension JournaledEvent {
    /// When it was written, in seconds since 1970.
    var seconds: Double { Double(milliseconds) / 1000 }
}
