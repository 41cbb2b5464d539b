public import FleetModel

/// What a migration's file asks for in comments before its first statement: `-- pgfleet: transaction=off, delay=500ms`.
///
/// Several in a line, separated by commas or spaces, and several such lines. An unknown or malformed one is an error.
public struct Directives: Sendable, Hashable {
    /// Whether the file is to be run in one transaction; nil where it says nothing.
    public internal(set) var transaction: Bool?
    /// `lock_timeout` of its statements.
    public internal(set) var lockTimeout: LockTimeout?
    /// `statement_timeout` of its statements.
    public internal(set) var statementTimeout: StatementTimeout?
    /// Whether it is tried again after others' locks stood in its way.
    public internal(set) var isRetried = true
    /// Whether `pgfleet.progress` is kept while it runs.
    public internal(set) var keepsProgress = true
    /// The limits that the scheduler obeys; nil where it asks for none.
    public internal(set) var limits: StepLimits?

    init() {}
}

extension Directives {
    static let names = [
        "transaction", "lock_timeout", "statement_timeout", "retry", "progress", "per_host", "concurrency", "delay",
        "alone",
    ]

    /// Why a directive cannot be followed.
    struct Refusal: Error {
        let why: String
        /// In the text of the directives.
        let index: Substring.Index
    }

    /// Follows the directives of one comment.
    mutating func read(_ text: Substring) throws(Refusal) {
        let words = text.split { $0 == "," || $0.isWhitespace }
        guard !words.isEmpty else {
            throw Refusal(why: "no directive; write for example -- pgfleet: transaction=off", index: text.startIndex)
        }
        for word in words {
            guard let equals = word.firstIndex(of: "=") else {
                throw Refusal(
                    why: "'\(word)' is no directive; a directive is NAME=VALUE"
                        + Suggestion.ending(for: String(word), among: Self.names), index: word.startIndex)
            }
            try follow(String(word[..<equals]), String(word[word.index(after: equals)...]), at: word.startIndex)
        }
    }

    private mutating func follow(_ name: String, _ value: String, at index: Substring.Index) throws(Refusal) {
        switch name {
        case "transaction": transaction = try Self.flag(name, value, index)
        case "lock_timeout": lockTimeout = LockTimeout(try Self.duration(name, value, index))
        case "statement_timeout": statementTimeout = StatementTimeout(try Self.duration(name, value, index))
        case "retry": isRetried = try Self.flag(name, value, index)
        case "progress": keepsProgress = try Self.flag(name, value, index)
        case "per_host": try limit { limits throws(Refusal) in limits.perHost = try Self.count(name, value, index) }
        case "concurrency":
            try limit { limits throws(Refusal) in limits.concurrency = try Self.count(name, value, index) }
        case "delay":
            try limit { limits throws(Refusal) in limits.delaySeconds = try Self.duration(name, value, index).seconds }
        case "alone": try limit { limits throws(Refusal) in limits.isAlone = try Self.flag(name, value, index) }
        default:
            throw Refusal(
                why: "'\(name.harmless)' is no directive" + Suggestion.ending(for: name, among: Self.names),
                index: index)
        }
    }

    private mutating func limit(_ change: (inout StepLimits) throws(Refusal) -> Void) throws(Refusal) {
        var changed = limits ?? StepLimits()
        try change(&changed)
        limits = changed
    }

    private static func flag(_ name: String, _ value: String, _ index: Substring.Index) throws(Refusal) -> Bool {
        switch value {
        case "on": return true
        case "off": return false
        default: throw Refusal(why: "\(name) is on or off and not '\(value.harmless)'", index: index)
        }
    }

    private static func count(_ name: String, _ value: String, _ index: Substring.Index) throws(Refusal) -> Int {
        guard let count = Int(value), (1...10_000).contains(count) else {
            throw Refusal(why: "\(name) is a number from 1 to 10000 and not '\(value.harmless)'", index: index)
        }
        return count
    }

    private static func duration(_ name: String, _ value: String, _ index: Substring.Index) throws(Refusal) -> Duration
    {
        guard let duration = DurationText.parse(value), duration <= .seconds(7 * 86_400) else {
            let unit = Int(value) == nil ? "" : "; it needs a unit: \(value)s"
            throw Refusal(
                why: "\(name) is a time like 250ms, 2s or 15m and not '\(value.harmless)'\(unit)", index: index)
        }
        return duration
    }
}
