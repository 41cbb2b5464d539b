import FleetModel
import Rollout

/// A row for each wave: a cell for each of its targets where they fit, else a bar in proportion.
struct WaveRows {
    let machine: RolloutMachine
    let census: RolloutCensus
    let sights: RolloutSights

    /// - Parameter limit: at most so many lines; with more waves, those around the current one.
    func lines(width: Int, limit: Int) -> [ScreenLine] {
        let all = machine.plan.waveIDs
        let current = (census.next ?? machine.wave).flatMap { all.firstIndex(of: $0) } ?? 0
        let room = all.count > limit ? max(1, limit - 1) : limit
        let first = max(0, min(current - room / 2, all.count - room))
        let shown = all.dropFirst(first).prefix(room)
        let names = shown.map { machine.plan.name(of: $0).harmless }
        let nameWidth = min(names.map(\.columns).max() ?? 0, max(8, width / 3))
        let cells = max(8, min(40, width - nameWidth - 36))
        var lines = zip(shown, names).map { id, name in
            var line = ScreenLine("  " + name.cutInside(to: nameWidth).filled(to: nameWidth) + "  ", tint(of: id))
            for part in bar(id, cells) { line.add(part.text, part.tint) }
            let count = census[id]
            line.add("  \(count.good)/\(count.total)")
            for remark in remarks(id, count) { line.add("  \(remark.text)", remark.tint) }
            return line.cut(to: width)
        }
        if shown.count < all.count {
            lines.append(ScreenLine("  and \((all.count - shown.count).of("wave")) more", .quiet).cut(to: width))
        }
        return lines
    }

    private typealias Part = (text: String, tint: Paint.Tint?)

    private func tint(of id: WaveID) -> Paint.Tint? { id == machine.wave ? .strong : nil }

    private func bar(_ id: WaveID, _ width: Int) -> [Part] {
        let targets = machine.plan.environments[id.environment].waves[id.wave].targets
        guard targets.count > width else {
            let cells = targets.map { machine.targets[$0.target.id]?.account ?? .notStarted }
            return runs(of: cells) + [(String(repeating: " ", count: width - targets.count), nil)]
        }
        let count = census[id]
        // The most are the filling of the bar; of all others there is a cell at least, so that one failure among
        // thousands is seen.
        let filling = Self.order.max { count[$0] < count[$1] } ?? .notStarted
        var shares: [TargetAccount: Int] = [:]
        var left = width
        for account in Self.order where account != filling && count[account] > 0 {
            let share = min(left - 1, max(1, count[account] * width / count.total))
            shares[account] = share
            left -= share
        }
        shares[filling] = left
        return runs(of: Self.order.flatMap { Array(repeating: $0, count: shares[$0] ?? 0) })
    }

    private static let order: [TargetAccount] = [
        .changed, .unchanged, .rolledBack, .skipped, .deferred, .failed, .inFlight, .notStarted,
    ]

    private func runs(of cells: [TargetAccount]) -> [Part] {
        var parts: [(account: TargetAccount, count: Int)] = []
        for cell in cells {
            if parts.last?.account == cell { parts[parts.count - 1].count += 1 } else { parts.append((cell, 1)) }
        }
        return parts.map { (String(repeating: $0.account.sign, count: $0.count), $0.account.cellTint) }
    }

    private func remarks(_ id: WaveID, _ count: RolloutCensus.Count) -> [Part] {
        var remarks: [Part] = []
        if count[.failed] > 0 { remarks.append(("\(count[.failed]) failed", .bad)) }
        if count[.rolledBack] > 0 { remarks.append(("\(count[.rolledBack]) back", .warning)) }
        if count[.deferred] > 0 { remarks.append(("\(count[.deferred]) deferred", .warning)) }
        if count.retrying > 0 { remarks.append(("\(count.retrying) to try again", .warning)) }
        if count[.skipped] > 0 { remarks.append(("\(count[.skipped]) skipped", .warning)) }
        if sights.gate?.wave == id { remarks.append(("at its gate", .active)) }
        return remarks
    }
}

extension TargetAccount {
    /// One column for one target.
    var sign: String {
        switch self {
        case .changed: "█"
        case .unchanged: "▪"
        case .rolledBack: "◂"
        case .failed: "✗"
        case .deferred: "…"
        case .skipped: "–"
        case .inFlight: "▒"
        case .notStarted: "░"
        }
    }

    /// What is at work now stands out.
    fileprivate var cellTint: Paint.Tint { self == .inFlight ? .active : tint }
}

extension Plan {
    /// `environment/wave`.
    func name(of id: WaveID) -> String {
        guard environments.indices.contains(id.environment),
            environments[id.environment].waves.indices.contains(id.wave)
        else { return "?" }
        return "\(environments[id.environment].name)/\(environments[id.environment].waves[id.wave].name)"
    }
}
