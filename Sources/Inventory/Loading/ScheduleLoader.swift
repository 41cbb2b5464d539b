internal import FleetModel

/// Reads `schedules`.
struct ScheduleLoader {
    private let environments: [String]

    /// - Parameter environments: the fleet's, by which schedules may be limited.
    init(environments: Field?) {
        guard case .mapping(let entries) = environments?.node.content else {
            self.environments = []
            return
        }
        self.environments = entries.map(\.key)
    }

    func schedules(_ field: Field?) -> [Schedule] {
        guard let entries = field?.entries("a map from names to schedules") else { return [] }
        return entries.compactMap { entry in
            if !Printable.isName(entry.key) {
                entry.value.error(.invalid, "a schedule's name has letters, digits, `_`, `-`, `.`")
            }
            return schedule(entry.key, entry.value)
        }
    }

    private func schedule(_ name: String, _ field: Field) -> Schedule? {
        guard let map = MapReader(field, "a map with cron or every, and run", keys: Set(ScheduleKey.names)) else {
            return nil
        }
        let timing = timing(map)
        let job = map.required(ScheduleKey.run, "the schedule has no `run`")?.choice(Schedule.Job.self)
        let selector = selector(map)
        guard let timing, let job else { return nil }
        return Schedule(name: name, timing: timing, job: job, selector: selector)
    }

    private func timing(_ map: MapReader) -> ScheduleTiming? {
        switch (map[ScheduleKey.cron], map[ScheduleKey.every]) {
        case (nil, nil):
            map.field.error(.missing, "the schedule has no `cron` and no `every`")
            return nil
        case (.some, let every?):
            every.error(.invalid, "a schedule has `cron` or `every`, not both")
            return nil
        case (let cron?, nil):
            let zone = map[ScheduleKey.timezone].map { $0.zone() } ?? "UTC"
            guard let expression = expression(cron), let zone else { return nil }
            return .cron(expression, zone: zone)
        case (nil, let every?):
            if let zone = map[ScheduleKey.timezone] {
                zone.error(
                    .invalid, "a time zone belongs to `cron`; what is due `every` so often counts from 00:00 UTC")
            }
            return length(every).map(ScheduleTiming.every)
        }
    }

    private func expression(_ field: Field) -> CronExpression? {
        guard let text = field.scalar("a cron expression") else { return nil }
        do {
            return try CronExpression(parsing: text)
        } catch {
            field.error(.invalid, error.message)
            return nil
        }
    }

    private func length(_ field: Field) -> Duration? {
        guard let length = field.duration(.seconds(60) ... .seconds(7 * 86_400)) else { return nil }
        guard length.components.attoseconds == 0, length.components.seconds.isMultiple(of: 60) else {
            field.error(.invalid, "expected whole minutes, like 15m or 6h")
            return nil
        }
        return length
    }

    private func selector(_ map: MapReader) -> Selector {
        var selector = Selector.all
        let names = map[ScheduleKey.environments]?.listOrOne("an environment or a list of environments") ?? []
        selector.environments = names.compactMap(environment)
        selector.hosts = patterns(map[ScheduleKey.hosts], "a host or a list of hosts")
        selector.targets = patterns(map[ScheduleKey.targets], "a target or a list of targets")
        selector.labels = (map[ScheduleKey.labels]?.labels() ?? [:]).mapValues { [$0] }
        for key in [ScheduleKey.environments, .hosts, .targets] {
            // Nothing would select everything.
            if let field = map[key], field.listIsEmpty { field.error(.missing, "the list is empty") }
        }
        return selector
    }

    private func environment(_ field: Field) -> String? {
        guard let name = field.name() else { return nil }
        guard environments.contains(name) else {
            field.error(
                .unknownName,
                "no environment is called `\(name)`\(Suggestion.ending(for: name, among: environments))")
            return nil
        }
        return name
    }

    private func patterns(_ field: Field?, _ expected: String) -> [GlobPattern] {
        (field?.listOrOne(expected) ?? []).compactMap { $0.text("a pattern").map(GlobPattern.init) }
    }
}

extension Field {
    fileprivate var listIsEmpty: Bool {
        switch node.content {
        case .sequence(let items): items.isEmpty
        case .scalar: node.isNull
        case .mapping: false
        }
    }
}
