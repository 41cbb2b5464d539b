/// One request with one statement or, in the simple protocol, several.
struct ScriptDialogue: Dialogue, Sendable, Hashable {
    private(set) var results: [StatementResult] = []
    private(set) var failure: ServerReport?
    private var unsupported: Unsupported?

    private enum Unsupported: Sendable, Hashable {
        case copyIn
        case copyOut
        case other(String)
    }

    var completedStatements: Int { results.count }

    /// Why COPY makes an error of this request even where the server was content.
    var copyProblem: String? {
        switch unsupported {
        case nil:
            nil
        case .copyIn?:
            "COPY … FROM STDIN is not supported; the server was told that no rows come, and refused it"
        case .copyOut?:
            "COPY … TO STDOUT is not supported; its rows were thrown away"
                + (failure == nil ? ", and all statements ran" : "")
        case .other(let what)?:
            "\(what) is not supported; the connection was closed"
        }
    }

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
            unsupported = .copyIn
            return .refuseCopy
        case .copyOut:
            unsupported = .copyOut
            return .discardCopy
        case .unexpected(let what):
            unsupported = .other(what)
            return .abandon
        case .end:
            return .finish
        }
    }
}
