import FleetModel

/// Watches over a wave until its gate says yes or no.
///
/// While the wave bakes, each check is asked at its interval, so that a no ends the rollout early. Once it has baked,
/// each check must say yes once; one that may fail more often is asked on until its deadline.
struct GateWatch {
    let gate: PlannedGate
    /// Asks a check once; nil is a yes.
    let ask: @Sendable (GateCheck) async -> TargetFailure?
    /// How much of `bakeJitterSeconds` is added, from 0 to 1.
    let jitter: Double
    private let wave: WaveID
    private let see: @Sendable (GateSight) -> Void

    private let clock = ContinuousClock()

    init(
        _ gate: PlannedGate, of wave: WaveID, jitter: Double = .random(in: 0...1),
        see: @escaping @Sendable (GateSight) -> Void = { _ in },
        ask: @escaping @Sendable (GateCheck) async -> TargetFailure?
    ) {
        self.gate = gate
        self.wave = wave
        self.jitter = jitter
        self.see = see
        self.ask = ask
    }

    /// What a watch came to.
    enum Outcome: Sendable, Hashable {
        case passed
        case failed(TargetFailure)
        /// It was cancelled.
        case abandoned
    }

    /// How long the wave bakes.
    var bake: Duration { .seconds((gate.bakeSeconds ?? 0) + (gate.bakeJitterSeconds ?? 0) * jitter) }

    func outcome() async -> Outcome {
        let bake = bake
        let end = clock.now + bake
        see(.bakes(wave, bake))
        guard !gate.checks.isEmpty else {
            do { try await clock.sleep(until: end) } catch { return .abandoned }
            return .passed
        }
        return await withTaskGroup(of: Outcome.self) { group in
            for check in gate.checks {
                group.addTask(name: "check \(check.name)") { await watch(check, bakingUntil: end) }
            }
            var outcome = Outcome.passed
            for await one in group where outcome == .passed && one != .passed {
                outcome = one
                group.cancelAll()
            }
            return outcome
        }
    }

    private func watch(_ check: GateCheck, bakingUntil end: ContinuousClock.Instant) async -> Outcome {
        let deadline = end + .seconds(check.deadlineSeconds)
        let interval = Duration.seconds(check.intervalSeconds)
        var failures = 0
        var next = min(clock.now + interval, end)
        while true {
            do { try await clock.sleep(until: next) } catch { return .abandoned }
            let began = clock.now
            let failure = await ask(check)
            if Task.isCancelled { return .abandoned }
            if failure != nil { failures += 1 }
            see(.answered(wave, check: check.name, failure, noes: failures))
            if var failure {
                failure.message = "\(check.name): \(failure.message)"
                if failures > check.failureLimit {
                    if failures > 1 { failure.message += " (\(failures) times)" }
                    return .failed(failure)
                }
                if clock.now >= deadline {
                    failure.message += " (until its deadline)"
                    return .failed(failure)
                }
            } else if began >= end {
                return .passed
            }
            // While the wave bakes, the last sample falls on its end.
            next = began < end ? min(began + interval, end) : began + interval
            if next < clock.now { next = clock.now }
        }
    }
}
