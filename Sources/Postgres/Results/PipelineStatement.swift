/// One statement of a pipeline, with the values of its placeholders.
public struct PipelineStatement: Sendable, Hashable {
    /// One statement; the server refuses several in one text here.
    public var sql: String
    /// Values for `$1`, `$2`, …
    public var parameters: [Parameter]
    /// In one group with the statement before it. A statement that fails makes the server skip the rest of its group;
    /// the next group runs regardless. Outside a transaction block a group is a transaction of its own.
    public var joinsPrevious: Bool

    /// Makes a statement; by itself a group of its own.
    public init(_ sql: String, _ parameters: [Parameter] = [], joinsPrevious: Bool = false) {
        self.sql = sql
        self.parameters = parameters
        self.joinsPrevious = joinsPrevious
    }
}

/// What became of one statement of a pipeline.
public enum PipelineOutcome: Sendable, Hashable {
    /// It ran. Whether its effect lasted depends on its group or its transaction block.
    case completed(StatementResult)
    /// The server refused it, or it was cancelled.
    case failed(PostgresError)
    /// It did not run because an earlier statement of its group failed.
    case skipped
}

extension PipelineOutcome {
    /// The result, or the error that stood in its way.
    ///
    /// - Throws: the statement's error; for a skipped statement `.badRequest`, whose cause is an earlier outcome.
    public func result() throws(PostgresError) -> StatementResult {
        switch self {
        case .completed(let result): return result
        case .failed(let error): throw error
        case .skipped:
            throw PostgresError(
                .badRequest, "The statement was skipped because an earlier one of its group failed",
                isConnectionUsable: true)
        }
    }
}
