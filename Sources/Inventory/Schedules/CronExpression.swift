/// When something runs, in the five fields of crontab(5): minute, hour, day of month, month, day of week.
public struct CronExpression: Sendable, Hashable {
    /// The expression as it is written.
    public let text: String
    /// 0 to 59.
    public let minutes: Set<Int>
    /// 0 to 23.
    public let hours: Set<Int>
    /// 1 to 31.
    public let days: Set<Int>
    /// 1 to 12.
    public let months: Set<Int>
    /// 0 (Sunday) to 6.
    public let weekdays: Set<Int>
    /// True when both days of month and of week are restricted: then a day that is in either matches, as crontab(5)
    /// has it; otherwise a day must be in both.
    public let eitherDay: Bool

    /// Why a text is no expression.
    struct Failure: Error, Hashable {
        let message: String
    }

    private struct Part {
        let name: String
        let range: ClosedRange<Int>
        var words: [String] = []
    }

    private static let parts = [
        Part(name: "minute", range: 0...59), Part(name: "hour", range: 0...23),
        Part(name: "day of month", range: 1...31),
        Part(
            name: "month", range: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        Part(name: "day of week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
    ]

    init(parsing text: String) throws(Failure) {
        let fields = (Self.macros[text] ?? text).split(whereSeparator: \.isWhitespace)
        guard fields.count == Self.parts.count else {
            throw Failure(
                message: "expected five fields (minute, hour, day of month, month, day of week) or @hourly, @daily, "
                    + "@weekly, @monthly; found \(fields.count) field\(fields.count == 1 ? "" : "s")")
        }
        var sets: [Set<Int>] = []
        for (field, part) in zip(fields, Self.parts) { sets.append(try Self.values(of: field, part)) }
        self.text = text
        (minutes, hours, days, months) = (sets[0], sets[1], sets[2], sets[3])
        weekdays = Set(sets[4].map { $0 % 7 })
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        if !isPossible { throw Failure(message: "there is no such day in any year") }
    }

    private static func values(of field: Substring, _ part: Part) throws(Failure) -> Set<Int> {
        var values: Set<Int> = []
        for item in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = item.split(separator: "/", omittingEmptySubsequences: false)
            let step = pieces.count == 2 ? Int(pieces[1]) : 1
            guard (1...2).contains(pieces.count), let step, step > 0, step <= part.range.upperBound,
                let range = range(of: pieces[0], isStepped: pieces.count == 2, part)
            else {
                throw Failure(
                    message: "the \(part.name) \(Printable.value(String(item))) is not from "
                        + "\(part.range.lowerBound) to \(part.range.upperBound)")
            }
            values.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
        }
        return values
    }

    private static func range(of text: Substring, isStepped: Bool, _ part: Part) -> ClosedRange<Int>? {
        if text == "*" { return part.range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { end in
            part.words.firstIndex(of: end.lowercased()).map { $0 + (part.range.lowerBound) } ?? Int(end)
        }
        guard (1...2).contains(ends.count), let first = ends[0], part.range.contains(first) else { return nil }
        guard ends.count == 2 else { return first...(isStepped ? part.range.upperBound : first) }
        guard let last = ends[1], part.range.contains(last), first <= last else { return nil }
        return first...last
    }
}
