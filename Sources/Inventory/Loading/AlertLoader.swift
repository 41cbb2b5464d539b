/// Reads `alerts`.
enum AlertLoader {
    static func alerts(_ field: Field?, directory: String) -> [Alert] {
        guard let items = field?.list("a list of alerts") else { return [] }
        return items.compactMap { alert($0, directory: directory) }
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

    private static func address(_ field: Field, directory: String) -> SecretText? {
        guard let text = field.secret("a web address", directory: directory) else { return nil }
        if let literal = text.literal, !literal.hasPrefix("https://"), !literal.hasPrefix("http://") {
            field.error(.invalid, "expected an address that begins with https:// or http://")
            return nil
        }
        return text
    }
}
