/// One request with one statement or, in the simple protocol, several.
struct ScriptDialogue: Dialogue, Sendable, Hashable {
    private(set) var results: [StatementResult] = []
    private(set) var failure: ServerReport?
    /// Why COPY makes an error of this request even where the server was content.
    private(set) var copyProblem: String?

    var completedStatements: Int { results.count }

    mutating func receive(_ message: ServerMessage) -> DialogueStep {
        switch message {
        case .completed(let result):
            results.append(result)
            return .read
        case .empty, .skipped, .groupEnd:
            return .read
        case .failed(let report):
            // After a report that ends the session libpq adds one of its own, that the session ended.
            failure = failure ?? report
            return .read
        case .copyIn:
            copyProblem = "COPY … FROM STDIN is not supported; it was refused and has changed nothing"
            return .refuseCopy
        case .copyOut:
            copyProblem = "COPY … TO STDOUT is not supported; its rows were thrown away, and statements after it ran"
            return .discardCopy
        case .unexpected(let what):
            copyProblem = "\(what) is not supported; the connection was closed"
            return .abandon
        case .end:
            return .finish
        }
    }
}
