internal import CLibPQ

/// What one statement returned: a copy in text format, independent of the connection.
public struct StatementResult: Sendable, Hashable {
    /// The server's command tag: `INSERT 0 1`, `CREATE TABLE`, `SELECT 3`.
    public let commandTag: String
    /// Rows inserted, changed, deleted or returned; absent for commands that count none.
    public let affectedRows: Int?
    /// Names of the columns in order; empty for a command without rows.
    public let columns: [String]
    /// The rows in order.
    public let rows: Rows
}

extension StatementResult {
    /// The first row's first value, where there is one that is not NULL.
    public var firstValue: String? { rows.first?[0] }

    /// Copies a result of libpq.
    init(reading result: OpaquePointer) {
        let width = Int(unsafe PQnfields(result))
        let columns = (0..<width).map { column in
            unsafe PQfname(result, Int32(column)).map { unsafe String(cString: $0) } ?? ""
        }
        let height = Int(unsafe PQntuples(result))
        var cells: [String?] = []
        cells.reserveCapacity(width * height)
        for row in 0..<Int32(height) {
            for column in 0..<Int32(width) {
                guard unsafe PQgetisnull(result, row, column) == 0, let bytes = unsafe PQgetvalue(result, row, column)
                else {
                    cells.append(nil)
                    continue
                }
                let length = Int(unsafe PQgetlength(result, row, column))
                let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
                cells.append(unsafe String(decoding: buffer, as: UTF8.self))
            }
        }
        commandTag = unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? ""
        affectedRows = unsafe PQcmdTuples(result).flatMap { Int(unsafe String(cString: $0)) }
        self.columns = columns
        rows = Rows(columns: columns, cells: cells, count: height)
    }
}
