/// Several requests sent at once, in groups that fail independently.
struct PipelineDialogue: Dialogue, Sendable, Hashable {
    private enum Expectation: Sendable, Hashable {
        case statement
        case groupEnd
    }

    private var expectations: ArraySlice<Expectation>
    /// Of the statement whose results are being read.
    private var current: ServerMessage?
    private(set) var outcomes: [ServerMessage] = []
    /// Why the conversation had to be abandoned.
    private(set) var problem: String?
    /// It was for COPY.
    private(set) var metCopy = false

    init(_ statements: [PipelineStatement]) {
        var expectations: [Expectation] = []
        for (index, statement) in statements.enumerated() {
            if index > 0, !statement.joinsPrevious { expectations.append(.groupEnd) }
            expectations.append(.statement)
        }
        self.expectations = (expectations + [.groupEnd])[...]
    }

    var completedStatements: Int {
        outcomes.count { if case .completed = $0 { true } else { false } }
    }

    mutating func receive(_ message: ServerMessage) -> DialogueStep {
        switch (message, expectations.first) {
        case (.completed, .statement?), (.failed, .statement?), (.skipped, .statement?), (.empty, .statement?):
            current = current ?? message
            return .read
        case (.end, .statement?):
            // libpq also says so before it has looked at the statement.
            guard let current else { return .read }
            outcomes.append(current)
            self.current = nil
            expectations.removeFirst()
            return .read
        case (.groupEnd, .groupEnd?):
            expectations.removeFirst()
            return expectations.isEmpty ? .finish : .read
        case (.failed, _):
            // The group's own commit failed, and so all of it.
            outcomes[outcomes.index(before: outcomes.endIndex)] = message
            return .read
        case (.copyIn, _), (.copyOut, _):
            metCopy = true
            problem = "COPY from or to the client is not supported in a pipeline; the connection was closed"
            return .abandon
        case (.unexpected(let what), _):
            problem = "\(what) is not supported; the connection was closed"
            return .abandon
        case (.end, _):
            return .read
        case (.completed, _), (.skipped, _), (.empty, _), (.groupEnd, _):
            problem = "The server's answers do not match the statements sent; the connection was closed"
            return .abandon
        }
    }
}
