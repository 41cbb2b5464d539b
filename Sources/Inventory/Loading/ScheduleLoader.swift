/// Reads `schedules` and `alerts`.
enum ScheduleLoader {
    static func schedules(_ field: Field?) -> [Schedule] {
        guard let entries = field?.entries("a map from names to schedules") else { return [] }
        return entries.compactMap { schedule($0.key, $0.value) }
    }

    static func alerts(_ field: Field?, directory: String) -> [Alert] {
        guard let items = field?.list("a list of alerts") else { return [] }
        return items.compactMap { alert($0, directory: directory) }
    }

    private static func schedule(_ name: String, _ field: Field) -> Schedule? {
        if !Printable.isName(name) { field.error(.invalid, "a schedule's name has letters, digits, `_`, `-`, `.`") }
        guard let map = MapReader(field, "a map with cron and run", keys: Set(ScheduleKey.names)) else { return nil }
        let cron = map.required(ScheduleKey.cron, "the schedule has no `cron`").flatMap(expression)
        let job = map.required(ScheduleKey.run, "the schedule has no `run`")?.choice(Schedule.Job.self)
        guard let cron, let job else { return nil }
        return Schedule(name: name, cron: cron, job: job)
    }

    private static func alert(_ field: Field, directory: String) -> Alert? {
        guard let map = MapReader(field, "a map with webhook and on", keys: Set(AlertKey.names)) else { return nil }
        let webhook = map.required(AlertKey.webhook, "the alert has no `webhook`")
            .flatMap { address($0, directory: directory) }
        guard let on = map.required(AlertKey.on, "the alert does not say what `on`"),
            let items = on.listOrOne("an event or a list of events")
        else { return nil }
        if items.isEmpty { on.error(.missing, "the list of events is empty") }
        let events = Set(items.compactMap { $0.choice(Alert.Event.self) })
        return webhook.map { Alert(webhook: $0, events: events) }
    }

    private static func expression(_ field: Field) -> CronExpression? {
        guard let text = field.scalar("a cron expression") else { return nil }
        do {
            return try CronExpression(parsing: text)
        } catch {
            field.error(.invalid, error.message)
            return nil
        }
    }

    private static func address(_ field: Field, directory: String) -> SecretText? {
        guard let text = field.secret("a web address", directory: directory) else { return nil }
        if let literal = text.literal, !literal.hasPrefix("https://"), !literal.hasPrefix("http://") {
            field.error(.invalid, "expected an address that begins with https:// or http://")
            return nil
        }
        return text
    }
}
