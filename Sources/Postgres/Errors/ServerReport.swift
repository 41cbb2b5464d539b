internal import CLibPQ
internal import FleetModel

/// All that the server said about one error or notice.
///
/// `detail`, `context` and `internalQuery` can hold row data and secrets of a statement: show them only to whoever may
/// see the database's content. No `description` of this module contains them. `message` is the server's short text, which can
/// quote one value of a statement, as in `invalid input syntax for type integer: "x"`.
public struct ServerReport: Sendable, Hashable {
    private struct Content: Sendable, Hashable {
        var severity: String
        var sqlState: SQLState?
        var message: String
        var detail: String?
        var hint: String?
        var position: Int?
        var internalPosition: Int?
        var internalQuery: String?
        var context: String?
        var schema: String?
        var table: String?
        var column: String?
        var dataType: String?
        var constraint: String?
    }

    private let box: Boxed<Content>

    /// ERROR, FATAL, PANIC, WARNING, NOTICE, DEBUG, INFO or LOG; never translated.
    public var severity: String { box.content.severity }
    /// What happened, as a code. Absent where libpq wrote the message itself.
    public var sqlState: SQLState? { box.content.sqlState }
    /// What happened, in the server's words.
    public var message: String { box.content.message }
    /// More of it; may hold row data.
    public var detail: String? { box.content.detail }
    /// What to do about it, in the server's words.
    public var hint: String? { box.content.hint }
    /// Where in the text that was sent, in characters from 1.
    public var position: Int? { box.content.position }
    /// Where in `internalQuery`, in characters from 1.
    public var internalPosition: Int? { box.content.internalPosition }
    /// The statement that a function or a trigger ran.
    public var internalQuery: String? { box.content.internalQuery }
    /// The call stack of functions and triggers.
    public var context: String? { box.content.context }
    /// The schema that it is about.
    public var schema: String? { box.content.schema }
    /// The table that it is about.
    public var table: String? { box.content.table }
    /// The column that it is about.
    public var column: String? { box.content.column }
    /// The data type that it is about.
    public var dataType: String? { box.content.dataType }
    /// The constraint that it is about.
    public var constraint: String? { box.content.constraint }

    /// Makes a report.
    public init(severity: String, sqlState: SQLState?, message: String) {
        box = .value(Content(severity: severity, sqlState: sqlState, message: message))
    }

    /// The server ends the session after a report of this severity.
    public var endsSession: Bool { severity == "FATAL" || severity == "PANIC" }
}

extension ServerReport: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        let code = sqlState.map { " \($0)" } ?? ""
        return "\(severity)\(code): \(message)"
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror {
        Mirror(self, children: ["severity": severity, "sqlState": sqlState as Any, "message": message])
    }
}

extension ServerReport {
    /// Reads the fields of a result of libpq.
    init(reading result: OpaquePointer) {
        // The codes of the fields: PG_DIAG_… in postgres_ext.h, which Swift does not import.
        func field(_ code: Unicode.Scalar) -> String? {
            unsafe PQresultErrorField(result, Int32(bitPattern: code.value)).map { unsafe String(cString: $0) }
        }
        let ownText = unsafe PQresultErrorMessage(result).map { unsafe String(cString: $0) } ?? ""
        box = .value(
            Content(
                severity: field("V") ?? field("S") ?? "ERROR", sqlState: field("C").map(SQLState.init(rawValue:)),
                message: field("M") ?? ownText.droppingTrailingWhitespace, detail: field("D"), hint: field("H"),
                position: field("P").flatMap { Int($0) }, internalPosition: field("p").flatMap { Int($0) },
                internalQuery: field("q"), context: field("W"), schema: field("s"), table: field("t"),
                column: field("c"), dataType: field("d"), constraint: field("n")))
    }
}

extension String {
    /// libpq ends its messages with a line feed.
    var droppingTrailingWhitespace: String {
        var text = Substring(self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
