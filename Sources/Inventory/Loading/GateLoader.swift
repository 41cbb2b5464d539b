import FleetModel

/// Reads a wave's `gates`: a map from names to what must hold.
enum GateLoader {
    private static let longest = Duration.seconds(86_400)
    private static let sample = "a check like {sql: \"select …\"}"

    static func checks(_ field: Field?) -> [GateCheck] {
        (field?.entries("a map from names to checks") ?? []).compactMap { entry in
            if !Printable.isName(entry.key) {
                entry.value.error(.invalid, "a check's name has letters, digits, `_`, `-` and `.`")
            }
            return check(entry.key, entry.value)
        }
    }

    /// `probe: SQL`, the short form.
    static func probe(_ field: Field?) -> GateCheck? {
        field?.text("an SQL query that returns true or false").map {
            GateCheck(name: "probe", question: .sql(text: $0, target: nil))
        }
    }

    private static func check(_ name: String, _ field: Field) -> GateCheck? {
        guard let map = MapReader(field, sample, keys: Set(GateKey.names)), let question = question(map) else {
            return nil
        }
        func seconds(_ key: GateKey, _ usual: Double) -> Double {
            map[key]?.duration(.milliseconds(100)...longest)?.seconds ?? usual
        }
        return GateCheck(
            name: name, question: question, intervalSeconds: seconds(.interval, 30),
            timeoutSeconds: seconds(.timeout, 30), failureLimit: map[GateKey.failureLimit]?.integer(0...1000) ?? 0,
            deadlineSeconds: seconds(.deadline, 600))
    }

    private static func question(_ map: MapReader) -> GateQuestion? {
        let kinds = [GateKey.sql, .replicationLag].filter { map[$0] != nil }
        guard let kind = kinds.first, kinds.count == 1 else {
            map.field.error(.conflict, "a check has exactly one of `sql` and `replication_lag`")
            return nil
        }
        for key in [GateKey.on, .maxIncrease] where kind != .sql && map[key] != nil {
            map[key]?.error(.conflict, "`\(key.rawValue)` goes with `sql`")
        }
        if kind == .replicationLag {
            return map[GateKey.replicationLag]?.duration(.zero...longest).map { .replicationLag(seconds: $0.seconds) }
        }
        guard let text = map[GateKey.sql]?.text("an SQL query that returns one value") else { return nil }
        let target = map[GateKey.on]?.text("a target's name").map(TargetID.init)
        guard let field = map[GateKey.maxIncrease] else { return .sql(text: text, target: target) }
        return increase(field).map { .increase(text: text, target: target, limit: $0) }
    }

    private static func increase(_ field: Field) -> GateQuestion.Increase? {
        guard let text = field.scalar("a number, or a percentage like 10%") else { return nil }
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text), number.isFinite, number >= 0 else {
            field.error(.invalid, "expected a number, or a percentage like 10%, found \(Printable.value(text))")
            return nil
        }
        return isPercent ? .percent(number) : .amount(number)
    }
}
