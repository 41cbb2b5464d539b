import FleetModel

/// Reads an environment's `waves`.
struct WaveLoader {
    /// The labels of each target and each discovery of the environment.
    let labels: [[String: String]]
    /// The inventory's folder, for references to files.
    let directory: String

    private static let longestBake = Duration.seconds(30 * 86_400)

    func load(_ field: Field) -> [WaveRule]? {
        guard let items = field.list("a list of waves") else { return nil }
        guard !items.isEmpty else {
            field.error(.missing, "the list of waves is empty; leave `waves` out for the default")
            return nil
        }
        var rules: [WaveRule] = []
        var percent = 0.0
        for (index, item) in items.enumerated() {
            guard let rule = rule(item, number: index + 1) else { continue }
            if let last = rules.last, last.share == .rest {
                item.error(.conflict, "nothing is left for this wave: `\(last.name)` takes all the rest")
            }
            if rules.contains(where: { $0.name == rule.name }) {
                item.error(.duplicate, "two waves are called `\(rule.name)`")
            }
            if case .percent(let next) = rule.share {
                if next <= percent {
                    let message =
                        "`percent` counts the waves before as well, so it must rise: after \(Self.text(percent)) "
                        + "comes more than \(Self.text(percent)), not \(Self.text(next))"
                    item.error(.conflict, message)
                }
                percent = next
            }
            rules.append(rule)
        }
        return rules
    }

    private func rule(_ field: Field, number: Int) -> WaveRule? {
        guard let map = MapReader(field, "a map like {percent: 25, bake: 5m}", keys: Set(WaveKey.names)) else {
            return nil
        }
        return WaveRule(
            name: map[WaveKey.name]?.name() ?? "wave-\(number)", share: share(map), gate: gate(map),
            maxFailures: map[WaveKey.maxFailures]?.failureLimit(),
            hooks: HookLoader.hooks(map[WaveKey.hooks], isOnTarget: false, directory))
    }

    private func gate(_ map: MapReader) -> PlannedGate {
        func seconds(_ key: WaveKey) -> Double? {
            let length = map[key]?.duration(.zero...Self.longestBake) ?? .zero
            return length > .zero ? length.seconds : nil
        }
        if let jitter = map[WaveKey.bakeJitter], map[WaveKey.bake] == nil {
            jitter.error(.conflict, "`bake_jitter` goes with `bake`")
        }
        let probe = GateLoader.probe(map[WaveKey.probe])
        let checks = GateLoader.checks(map[WaveKey.gates], directory)
        if probe != nil, checks.contains(where: { $0.name == "probe" }) {
            map[WaveKey.probe]?.error(.duplicate, "`gates` has a check that is called `probe`, too")
        }
        return PlannedGate(
            bakeSeconds: seconds(.bake), bakeJitterSeconds: seconds(.bakeJitter),
            checks: [probe].compactMap(\.self) + checks, approval: map[WaveKey.approval].flatMap(PolicyLoader.approval))
    }

    private func share(_ map: MapReader) -> WaveRule.Share {
        let chosen = [WaveKey.match, .count, .percent].filter { map[$0] != nil }
        if chosen.count > 1 {
            let names = chosen.map { "`\($0.rawValue)`" }.joined(separator: " and ")
            map.field.error(.conflict, "\(names) exclude each other; a wave has at most one of them")
        }
        if let field = map[WaveKey.match] { return .match(match(field)) }
        if let field = map[WaveKey.count] { return .count(field.integer(1...NumberedNames.limit) ?? 1) }
        if let field = map[WaveKey.percent] {
            return .percent(field.number(above: 0, to: 100, "a number from 0 to 100") ?? 100)
        }
        return .rest
    }

    private func match(_ field: Field) -> [String: String] {
        guard let match = field.labels() else { return [:] }
        if match.isEmpty { field.error(.missing, "`match` names no label") }
        let carriers = labels.filter { labels in match.allSatisfy { labels[$0.key] == $0.value } }
        if carriers.isEmpty, !match.isEmpty, !labels.isEmpty {
            let wanted = match.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            field.error(.unknownName, "no target of this environment has the label \(Printable.value(wanted))")
        }
        return match
    }

    private static func text(_ percent: Double) -> String {
        percent == percent.rounded() ? String(Int(percent)) : String(percent)
    }
}
