import FleetModel

/// Reads how rollouts go through an environment.
enum PolicyLoader {
    private static let longest = Duration.seconds(30 * 86_400)

    private enum Passed: String, CaseIterable { case passed }

    /// - Parameter after: the environments that the one at hand comes after.
    static func policy(_ map: MapReader, after: [String], _ directory: String) -> EnvironmentPolicy {
        var policy = EnvironmentPolicy()
        policy.onFailure = map[EnvironmentKey.onFailure]?.choice(FailurePolicy.self) ?? policy.onFailure
        policy.maxFailures =
            map[EnvironmentKey.maxFailures]?.failureLimit() ?? (policy.onFailure == .continue ? nil : .count(0))
        policy.inFlight = map[EnvironmentKey.inFlight]?.choice(EnvironmentRules.InFlight.self) ?? policy.inFlight
        policy.retries = map[EnvironmentKey.retries]?.integer(0...100) ?? policy.retries
        policy.retryDelay = map[EnvironmentKey.retryDelay]?.duration(.zero...longest) ?? policy.retryDelay
        policy.approval = map[EnvironmentKey.approval].flatMap(approval)
        policy.startTimes = StartTimesLoader.times(
            windows: map[EnvironmentKey.windows], freeze: map[EnvironmentKey.freeze])
        policy.promotionBake = map[EnvironmentKey.require].flatMap { promotion($0, after) }
        policy.drained = map[EnvironmentKey.drain].map(drained) ?? []
        policy.hooks = HookLoader.hooks(map[EnvironmentKey.hooks], isOnTarget: false, directory)
        return policy
    }

    /// `required`, `none`, or a map.
    static func approval(_ field: Field) -> ApprovalRule? {
        let expected = "`required`, `none`, or a map with count, from and allow_requester"
        if case .scalar = field.node.content {
            guard let text = field.scalar(expected) else { return nil }
            switch text {
            case "required": return ApprovalRule()
            case "none": return nil
            default:
                field.error(.invalid, "expected \(expected), found \(Printable.value(text))")
                return nil
            }
        }
        guard let map = MapReader(field, expected, keys: Set(ApprovalKey.names)) else { return nil }
        let from = map[ApprovalKey.from]?.listOrOne("a name or a list of names")?.compactMap { $0.text("a name") } ?? []
        return ApprovalRule(
            count: map[ApprovalKey.count]?.integer(1...100) ?? 1, from: from,
            allowsRequester: map[ApprovalKey.allowRequester]?.flag() ?? false)
    }

    /// `require: {versions: passed, bake: 24h}`: how long ago.
    private static func promotion(_ field: Field, _ after: [String]) -> Duration? {
        guard let map = MapReader(field, "a map like {versions: passed, bake: 24h}", keys: Set(RequireKey.names)) else {
            return nil
        }
        if after.isEmpty {
            field.error(.missing, "`require` needs `after`: the environments that versions must have passed")
        }
        guard map.required(RequireKey.versions, "`require` has no `versions: passed`")?.choice(Passed.self) != nil
        else {
            return nil
        }
        return map[RequireKey.bake]?.duration(.zero...longest) ?? .zero
    }

    private static func drained(_ field: Field) -> [[String: String]] {
        let items: [Field] =
            if case .sequence = field.node.content { field.list("a list of labels") ?? [] } else { [field] }
        return items.compactMap { item in
            let labels = item.labels()
            if labels?.isEmpty == true { item.error(.missing, "`drain` names no label") }
            return labels
        }.filter { !$0.isEmpty }
    }
}

extension Field {
    /// How many may fail: a number, or a percentage.
    func failureLimit() -> FailureLimit? {
        guard case .scalar(let text, _) = node.content, text.hasSuffix("%") else {
            return integer(0...NumberedNames.limit).map { .count($0) }
        }
        guard let percent = Double(text.dropLast()), (0...100).contains(percent) else {
            error(.invalid, "expected a number, or a percentage from 0% to 100%, found \(Printable.value(text))")
            return nil
        }
        return .percent(percent)
    }
}
