import FleetModel
import Rollout

/// What a terminal shows while a rollout runs: a row per wave, what runs now and for how long, and the last failures.
struct RolloutScreen {
    let plan: Plan
    let machine: RolloutMachine
    /// When each target in flight started, and when the open gate was opened, in seconds of some clock.
    let started: [TargetID: Double]
    let gateOpened: Double?
    let now: Double
    let paint: Paint

    static let runningLimit = 6
    static let waveLimit = 12

    func lines(width: Int) -> [String] {
        var lines = [paint(headline, .strong) + paint("  \(Int(now)) s", .quiet)]
        lines += waves(width)
        let running = machine.targets.filter { [.running, .reverting].contains($0.value.phase) }.keys
            .sorted { (started[$0] ?? now, $0) < (started[$1] ?? now, $1) }
        for id in running.prefix(Self.runningLimit) { lines.append("  " + self.running(id, width)) }
        if running.count > Self.runningLimit { lines.append("  and \(running.count - Self.runningLimit) more at work") }
        return lines
    }

    private var headline: String {
        let accounts = machine.accounts
        let total = machine.targets.count
        let done = total - (accounts[.notStarted] ?? 0) - (accounts[.inFlight] ?? 0)
        if let by = machine.pausedBy { return "paused by \(by), \(done) of \(total) targets" }
        return switch machine.course {
        case .rollback: "rolling back: \(accounts[.rolledBack] ?? 0) of \(machine.revertCount) back"
        case .halted: "halted: waiting for \(machine.inFlightCount.of("target")) in flight"
        case .ended(let outcome) where outcome != .succeeded: outcome.text
        case .idle, .forward, .ended:
            machine.isStopping && machine.inFlightCount > 0
                ? "stopping: waiting for \(machine.inFlightCount.of("target"))" : "\(done) of \(total) targets"
        }
    }

    private func waves(_ width: Int) -> [String] {
        let rows = plan.environments.enumerated().flatMap { environmentIndex, environment in
            environment.waves.indices.map { WaveID(environment: environmentIndex, wave: $0) }
        }
        let names = rows.map { EventText(plan: plan, paint: .plain).name($0).harmless }
        let nameWidth = min(names.map(\.count).max() ?? 0, 30)
        // With many waves, those around the current one.
        let current = machine.wave.flatMap { rows.firstIndex(of: $0) } ?? 0
        let first = max(0, min(current - Self.waveLimit / 2, rows.count - Self.waveLimit))
        return rows.indices.dropFirst(first).prefix(Self.waveLimit).map { index in
            "  " + names[index].cut(to: nameWidth).filled(to: nameWidth) + "  "
                + bar(rows[index], barWidth: max(8, min(30, width - nameWidth - 30)))
        }
    }

    private func bar(_ id: WaveID, barWidth: Int) -> String {
        let targets = plan.environments[id.environment].waves[id.wave].targets
        let progress = targets.compactMap { machine.targets[$0.target.id] }
        let counts = progress.reduce(into: [TargetAccount: Int]()) { $0[$1.account, default: 0] += 1 }
        let good = (counts[.changed] ?? 0) + (counts[.unchanged] ?? 0)
        let bad = counts[.failed] ?? 0
        let back = counts[.rolledBack] ?? 0
        let deferred = counts[.deferred] ?? 0
        func cells(_ count: Int) -> Int {
            targets.isEmpty || count == 0 ? 0 : max(1, count * barWidth / targets.count)
        }
        let parts: [(Int, String, Paint.Tint?)] = [
            (cells(good), "█", .good), (cells(back), "◂", .warning), (cells(bad), "✗", .bad),
            (cells(deferred), "…", .warning),
            (cells(counts[.inFlight] ?? 0), "▒", .active),
        ]
        var left = barWidth
        var text = ""
        for (count, sign, tint) in parts {
            let shown = min(left, count)
            left -= shown
            text += paint(String(repeating: sign, count: shown), tint)
        }
        text += paint(String(repeating: "░", count: left), .quiet)
        return text + "  \(good)/\(targets.count)" + remark(id, bad: bad, back: back, deferred: deferred)
    }

    private func remark(_ id: WaveID, bad: Int, back: Int, deferred: Int) -> String {
        var remarks: [String] = []
        if bad > 0 { remarks.append(paint("\(bad) failed", .bad)) }
        if back > 0 { remarks.append(paint("\(back) back", .warning)) }
        if deferred > 0 { remarks.append(paint("\(deferred) deferred", .warning)) }
        if machine.wave == id, let gateOpened {
            let wave = plan.environments[id.environment].waves[id.wave]
            let left = max(0, (wave.gate.bakeSeconds ?? 0) - (now - gateOpened))
            remarks.append(paint(left > 0 ? "baking, \(Int(left.rounded(.up))) s left" : "probing", .active))
        }
        if let awaited = self.awaited(at: id) { remarks.append(paint(awaited, .warning)) }
        return remarks.isEmpty ? "" : "  " + remarks.joined(separator: ", ")
    }

    /// What a wave, or what comes after it, waits for.
    private func awaited(at id: WaveID) -> String? {
        let environment = plan.environments[id.environment]
        if machine.awaitedRetries == id { return "pausing before another try" }
        if let scope = machine.awaitedApproval, scope.environment == environment.name,
            scope.wave.map({ $0 == environment.waves[id.wave].name }) ?? (id.wave == 0)
        {
            return "waits for an approval"
        }
        guard id.wave == 0 || machine.wave?.environment == id.environment, id == (machine.nextWaveID ?? id) else {
            return nil
        }
        if machine.awaitedPromotion == environment.name { return "waits for its versions to have passed" }
        if machine.awaitedWindow == environment.name { return "waits for its time" }
        return nil
    }

    private func running(_ id: TargetID, _ width: Int) -> String {
        guard let planned = machine.plannedTarget(id), let progress = machine.targets[id] else { return "" }
        let isBack = progress.phase == .reverting
        let route = isBack ? planned.back : planned.route
        let seconds = now - (started[id] ?? now)
        let place = isBack ? "" : "  step \(min(progress.finishedSteps + 1, route.steps.count)) of \(route.steps.count)"
        let text = "\(isBack ? "◂" : "▸") \(id)  \(route.from.text) → \(route.to.text)\(place)  \(seconds.secondsText)"
        return paint(text.harmless.cut(to: width - 2), .active)
    }
}
