/// A conversation about one request as a pure machine: what the server sent goes in, what to do comes out.
protocol Dialogue {
    /// Takes the next thing that the server sent.
    mutating func receive(_ message: ServerMessage) -> DialogueStep
    /// How many statements completed so far.
    var completedStatements: Int { get }
}

/// One result of libpq as a value.
enum ServerMessage: Sendable, Hashable {
    /// A statement is done.
    case completed(StatementResult)
    /// The text, or what is left of it, held no statement.
    case empty
    /// A statement failed.
    case failed(ServerReport)
    /// The server waits for rows of COPY … FROM STDIN.
    case copyIn
    /// The server sends rows of COPY … TO STDOUT.
    case copyOut
    /// A replication stream, or a result that libpq of today does not have.
    case unexpected(String)
    /// An earlier statement of the group failed, so this one did not run.
    case skipped
    /// A group of a pipeline is over.
    case groupEnd
    /// libpq has no more results: of the request, or in a pipeline of one statement.
    case end
}

/// What to do after a message.
enum DialogueStep: Sendable, Hashable {
    /// Go on reading.
    case read
    /// Tell the server that no rows will come, which fails its COPY.
    case refuseCopy
    /// Read the rows and throw them away.
    case discardCopy
    /// All has been said; the connection is ready for the next request.
    case finish
    /// The conversation cannot be ended properly; the connection must be closed.
    case abandon
}
