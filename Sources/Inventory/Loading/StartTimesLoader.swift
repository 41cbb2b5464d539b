import FleetModel

/// Reads `windows` and `freeze`.
enum StartTimesLoader {
    static func times(windows: Field?, freeze: Field?) -> StartTimes {
        StartTimes(
            windows: (windows?.list("a list of windows like {days: [mon, tue], from: \"22:00\", to: \"04:00\"}") ?? [])
                .compactMap(window),
            freezes: (freeze?.list("a list like {from: 2026-12-20, to: 2027-01-04}") ?? []).compactMap(freezing))
    }

    private static func window(_ field: Field) -> MaintenanceWindow? {
        guard let map = MapReader(field, "a map with days, from, to and zone", keys: Set(WindowKey.names)) else {
            return nil
        }
        let days = map[WindowKey.days]?.listOrOne("a day or a list of days, like [mon, tue]")
            .map { $0.compactMap { $0.choice(Weekday.self) } }
        if days?.isEmpty == true { map[WindowKey.days]?.error(.missing, "the list of days is empty") }
        let from = map.required(WindowKey.from, "the window has no `from`").flatMap { time($0, latest: 1439) }
        let to = map.required(WindowKey.to, "the window has no `to`").flatMap { time($0, latest: 1440) }
        let zone = map[WindowKey.zone].map { $0.zone() } ?? "UTC"
        guard let from, let to, let zone else { return nil }
        if from == to {
            map.field.error(.invalid, "the window ends when it begins; a whole day is from \"00:00\" to \"24:00\"")
        }
        return MaintenanceWindow(days: days ?? Weekday.allCases, from: from, to: to, zone: zone)
    }

    private static func freezing(_ field: Field) -> Freeze? {
        guard let map = MapReader(field, "a map with from, to, zone and reason", keys: Set(FreezeKey.names)) else {
            return nil
        }
        let from = map.required(FreezeKey.from, "the freeze has no `from`").flatMap { $0.day() }
        let to = map.required(FreezeKey.to, "the freeze has no `to`").flatMap { $0.day() }
        let zone = map[FreezeKey.zone].map { $0.zone() } ?? "UTC"
        guard let from, let to, let zone else { return nil }
        if to < from { map.field.error(.invalid, "the freeze ends before it begins") }
        return Freeze(from: from, to: to, zone: zone, reason: map[FreezeKey.reason]?.text("a reason"))
    }

    /// `22:00`, in minutes after midnight.
    private static func time(_ field: Field, latest: Int) -> Int? {
        guard let text = field.scalar("a time like \"22:00\"") else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), parts[1].count == 2,
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...59).contains(minute), hour >= 0,
            hour * 60 + minute <= latest
        else {
            field.error(.invalid, "expected a time like \"22:00\", found \(Printable.value(text))")
            return nil
        }
        return hour * 60 + minute
    }
}

extension Field {
    /// A day like 2026-12-24.
    func day() -> CalendarDay? {
        guard let text = scalar("a day like 2026-12-24") else { return nil }
        guard let day = CalendarDay(text: text) else {
            error(.invalid, "expected a day like 2026-12-24, found \(Printable.value(text))")
            return nil
        }
        return day
    }
}
