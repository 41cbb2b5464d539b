/// Neighbouring statements of a file as people read them: one is said as one.
struct StatementSpan {
    /// The first of them, from 1.
    let first: Int
    /// The last of them; not below the first.
    let last: Int

    init(_ first: Int, through last: Int) {
        self.first = first
        self.last = max(first, last)
    }

    var isOne: Bool { first == last }

    /// `statement 2`, `statements 2 to 4`.
    var text: String { isOne ? "statement \(first)" : "statements \(first) to \(last)" }

    /// `statement 2 is`, `statements 2 to 4 are`.
    var subject: String { "\(text) \(isOne ? "is" : "are")" }

    /// What has failed where it is one of these: `statement 2`, `one of the statements 2 to 4`.
    var oneOfThem: String { isOne ? text : "one of the \(text)" }
}

extension [Int] {
    /// Statements that need not be neighbours: `statement 2`, `statements 2, 5`.
    var statementsText: String {
        (count == 1 ? "statement " : "statements ") + map { "\($0)" }.joined(separator: ", ")
    }
}
