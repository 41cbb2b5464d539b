internal import CLibPQ

/// Moves a conversation on as far as it goes without waiting.
struct Exchange<Conversation: Dialogue> {
    /// Where it stands then.
    enum Standing {
        /// Wait for the socket, take in what came, and come again.
        case waiting(Readiness.Interest)
        /// The conversation is over.
        case over
        /// The conversation cannot be ended properly.
        case abandoned
        /// The session is over; the server's last words, or libpq's.
        case lost(ServerReport)
    }

    private(set) var dialogue: Conversation
    private var hasUnsent = true
    private var isDiscardingCopy = false
    private var refusesCopy = false
    private var endsInARow = 0

    init(dialogue: Conversation) { self.dialogue = dialogue }

    mutating func advance(_ connection: OpaquePointer) -> Standing {
        while true {
            // A failed write shows in the next result, behind what the server may still have said.
            if hasUnsent { hasUnsent = unsafe PQflush(connection) == 1 }
            if refusesCopy, unsafe !refuseCopy(connection) { return .waiting([.reading, .writing]) }
            if isDiscardingCopy, unsafe !discardCopy(connection) { return .waiting(interest) }
            guard unsafe PQisBusy(connection) == 0 else { return .waiting(interest) }
            let message = unsafe ServerMessage.next(on: connection)
            endsInARow = message == .end ? endsInARow + 1 : 0
            if case .failed(let report) = message,
                unsafe report.endsSession || PQstatus(connection) == CONNECTION_BAD
            {
                return .lost(report)
            }
            // libpq has nothing more to say although the conversation is not over.
            guard endsInARow < 3 else {
                let text = "The server's answers do not match the statements sent"
                return .lost(ServerReport(severity: "FATAL", sqlState: nil, message: text))
            }
            switch dialogue.receive(message) {
            case .read: break
            case .refuseCopy: refusesCopy = true
            case .discardCopy: isDiscardingCopy = true
            case .finish: return .over
            case .abandon: return .abandoned
            }
        }
    }

    private var interest: Readiness.Interest { hasUnsent ? [.reading, .writing] : .reading }

    /// - Returns: whether the refusal is on its way.
    private mutating func refuseCopy(_ connection: OpaquePointer) -> Bool {
        let answer = unsafe PQputCopyEnd(connection, "COPY from the client is not supported")
        guard answer != 0 else { return false }
        refusesCopy = false
        hasUnsent = true
        return true
    }

    /// - Returns: whether all rows have come.
    private mutating func discardCopy(_ connection: OpaquePointer) -> Bool {
        while true {
            var row: UnsafeMutablePointer<CChar>?
            let length = unsafe PQgetCopyData(connection, &row, 1)
            unsafe PQfreemem(row)
            guard length <= 0 else { continue }
            isDiscardingCopy = length == 0
            return length != 0
        }
    }
}

extension ServerMessage {
    /// Takes libpq's next result.
    static func next(on connection: OpaquePointer) -> ServerMessage {
        guard let result = unsafe PQgetResult(connection) else { return .end }
        defer { unsafe PQclear(result) }
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return unsafe .completed(StatementResult(reading: result))
        case PGRES_EMPTY_QUERY: return .empty
        case PGRES_COPY_IN: return .copyIn
        case PGRES_COPY_OUT: return .copyOut
        case PGRES_PIPELINE_ABORTED: return .skipped
        case PGRES_PIPELINE_SYNC: return .groupEnd
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
            return unsafe .failed(ServerReport(reading: result))
        case let other: return .unexpected(unsafe PQresStatus(other).map { unsafe String(cString: $0) } ?? "a result")
        }
    }
}
