import FleetModel
import Rollout
import Synchronization

/// Shows a running rollout on standard error: redrawn in place on a terminal, a line per event elsewhere.
final class RolloutView: Sendable {
    private struct State {
        var machine: RolloutMachine
        var started: [TargetID: Double] = [:]
        var gateOpened: Double?
        var drawnLines = 0
        var isPaused = false
        var ticker: Task<Void, Never>?
    }

    let id: RolloutID
    private let plan: Plan
    private let output: Output
    private let text: EventText
    private let state: Mutex<State>
    private let clock = ContinuousClock()
    private let origin = ContinuousClock.now

    init(id: RolloutID, plan: Plan, output: Output) {
        self.id = id
        self.plan = plan
        self.output = output
        text = EventText(plan: plan, paint: output.messages.paint)
        state = Mutex(State(machine: RolloutMachine(plan: plan)))
        output.tell(output.messages.paint("Rollout \(id)", .strong) + " of \(plan.fleet) to \(plan.goal)")
    }

    private var isLive: Bool { output.messages.isInteractive }
    private var now: Double { (clock.now - origin).seconds }

    /// Takes what happened before this process took the rollout up.
    func replay(_ journal: some Sequence<JournaledEvent>) {
        state.withLock { state in for entry in journal { state.machine.apply(entry.event) } }
    }

    /// Begins to redraw on a terminal.
    func begin() async {
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
    func show(_ event: RolloutEvent) {
        let time = now
        state.withLock { state in
            state.machine.apply(event)
            switch event {
            case .targetStarted(let id), .revertStarted(let id): state.started[id] = time
            case .targetFinished(let id, _), .revertFinished(let id, _): state.started[id] = nil
            case .gateStarted: state.gateOpened = time
            case .gateFinished, .waveStarted, .halted: state.gateOpened = nil
            case .started, .resumed, .asked, .approvalAwaited, .approved, .promotionAwaited, .promoted, .windowAwaited,
                .windowOpened, .windowClosed, .hookStarted, .hookFinished, .baselineStarted, .baselineFinished,
                .retriesAwaited, .waveRepeated, .targetsDeferred, .stepFinished, .environmentPassed, .rollbackStarted,
                .stopRequested, .suspended, .ended:
                break
            }
        }
        if !isLive {
            PlainProgress(text: text, output: output).show(event)
        } else if let lines = lasting(event) {
            insert(lines)
        }
    }

    /// Tells something that is no event.
    func tell(_ line: String) { insert([line]) }

    /// Writes lines above the picture.
    private func insert(_ lines: [String]) {
        if isLive { erase() }
        for line in lines { output.tell(line) }
        if isLive { draw() }
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

    /// Stops redrawing while a question is asked.
    func pause() async {
        guard isLive else { return }
        draw()
        state.withLock { state in
            state.isPaused = true
            state.drawnLines = 0
        }
        output.tellRaw("\u{1B}[?25h")
    }

    /// Goes on redrawing, below the question.
    func resume() {
        guard isLive else { return }
        output.tellRaw("\u{1B}[?25l")
        state.withLock { $0.isPaused = false }
    }

    /// What stays on the terminal above the picture: what went wrong, in a line, and what the operator did. The summary
    /// at the end has the details.
    private func lasting(_ event: RolloutEvent) -> [String]? {
        switch event {
        case .targetFinished(let id, let report), .revertFinished(let id, let report):
            report.failure.map { failure in
                let line = "\(id): \(FailureText.headline(failure))".cut(to: output.messages.width - 2)
                return [failure.sign(output.messages.paint) + " " + line]
            }
        case .targetsDeferred, .gateFinished(_, .some), .baselineFinished(_, _, .some), .halted, .rollbackStarted,
            .stopRequested, .asked, .approvalAwaited, .approved, .windowClosed:
            text.lines(event)
        case .hookFinished(_, let report): report.failure == nil ? nil : text.lines(event)
        case .started, .resumed, .promotionAwaited, .promoted, .windowAwaited, .windowOpened, .hookStarted,
            .baselineStarted, .baselineFinished(_, _, .none), .waveStarted, .retriesAwaited, .waveRepeated,
            .targetStarted, .stepFinished, .gateStarted, .gateFinished(_, .none), .environmentPassed, .revertStarted,
            .suspended, .ended:
            nil
        }
    }

    private func draw() {
        let time = now
        let frame = state.withLock { state -> String? in
            guard !state.isPaused else { return nil }
            let screen = RolloutScreen(
                plan: plan, machine: state.machine, started: state.started, gateOpened: state.gateOpened, now: time,
                paint: output.messages.paint)
            let lines = screen.lines(width: output.messages.width)
            defer { state.drawnLines = lines.count }
            return Self.up(state.drawnLines) + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
        }
        if let frame { output.tellRaw(frame) }
    }

    private func erase() {
        let lines = state.withLock { state in
            defer { state.drawnLines = 0 }
            return state.isPaused ? 0 : state.drawnLines
        }
        if lines > 0 { output.tellRaw(Self.up(lines) + "\u{1B}[J") }
    }

    private static func up(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\r" : "" }
}
