import FleetModel

/// Reads a wave's `gates`: a map from names to what must hold.
enum GateLoader {
    private static let longest = Duration.seconds(86_400)
    private static let sample = "a check like {sql: \"select …\"}"

    static func checks(_ field: Field?, _ directory: String) -> [GateCheck] {
        (field?.entries("a map from names to checks") ?? []).compactMap { entry in
            if !Printable.isName(entry.key) {
                entry.value.error(.invalid, "a check's name has letters, digits, `_`, `-` and `.`")
            }
            return check(entry.key, entry.value, directory)
        }
    }

    /// `probe: SQL`, the short form.
    static func probe(_ field: Field?) -> GateCheck? {
        field?.text("an SQL query that returns true or false").map {
            GateCheck(name: "probe", question: .sql(text: $0, target: nil))
        }
    }

    private static func check(_ name: String, _ field: Field, _ directory: String) -> GateCheck? {
        guard let map = MapReader(field, sample, keys: Set(GateKey.names)), let question = question(map, directory)
        else {
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

    private static func question(_ map: MapReader, _ directory: String) -> GateQuestion? {
        let kinds = [GateKey.sql, .http, .prometheus, .replicationLag].filter { map[$0] != nil }
        guard let kind = kinds.first, kinds.count == 1, let field = map[kind] else {
            map.field.error(.conflict, "a check has exactly one of `sql`, `http`, `prometheus` and `replication_lag`")
            return nil
        }
        for (key, owner) in [
            (GateKey.on, GateKey.sql), (.maxIncrease, .sql), (.status, .http), (.contains, .http), (.headers, .http),
        ]
        where owner != kind && map[key] != nil {
            map[key]?.error(.conflict, "`\(key.rawValue)` goes with `\(owner.rawValue)`")
        }
        switch kind {
        case .replicationLag:
            return field.duration(.zero...longest).map { .replicationLag(seconds: $0.seconds) }
        case .http:
            return WebLoader.address(field, directory).map {
                .http(
                    address: $0, headers: WebLoader.headers(map[GateKey.headers], directory),
                    status: map[GateKey.status]?.integer(100...599),
                    contains: map[GateKey.contains]?.text("a text that the answer contains"))
            }
        case .prometheus: return prometheus(field, directory)
        default: return sql(field, map)
        }
    }

    private static func sql(_ field: Field, _ map: MapReader) -> GateQuestion? {
        guard let text = field.text("an SQL query that returns one value") else { return nil }
        let target = map[GateKey.on]?.text("a target's name").map(TargetID.init)
        guard let field = map[GateKey.maxIncrease] else { return .sql(text: text, target: target) }
        return increase(field).map { .increase(text: text, target: target, limit: $0) }
    }

    private static func prometheus(_ field: Field, _ directory: String) -> GateQuestion? {
        guard let map = MapReader(field, "a map with url, query, and min or max", keys: Set(PrometheusKey.names)) else {
            return nil
        }
        let address = map.required(PrometheusKey.url, "the query has no `url`").flatMap {
            WebLoader.address($0, directory)
        }
        let query = map.required(PrometheusKey.query, "the query has no `query`")?.text("a PromQL expression")
        func bound(_ key: PrometheusKey) -> Double? {
            guard let text = map[key]?.scalar("a number") else { return nil }
            if let number = Double(text), number.isFinite { return number }
            map[key]?.error(.invalid, "expected a number, found \(Printable.value(text))")
            return nil
        }
        let (min, max) = (bound(.min), bound(.max))
        if map[PrometheusKey.min] == nil, map[PrometheusKey.max] == nil {
            field.error(.missing, "the query has neither `min` nor `max`, so every answer would do")
        }
        guard let address, let query else { return nil }
        return .prometheus(
            address: address, query: query, headers: WebLoader.headers(map[PrometheusKey.headers], directory), min: min,
            max: max)
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
