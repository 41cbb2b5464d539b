/// The rows of a result, held in one array without a copy per row.
public struct Rows: Sendable, Hashable, RandomAccessCollection {
    let columns: [String]
    let cells: [String?]
    /// How many rows there are.
    public let count: Int

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The same as `count`.
    public var endIndex: Int { count }

    /// The row at a place from 0.
    public subscript(position: Int) -> Row {
        precondition(position >= 0 && position < count, "row \(position) of \(count)")
        let start = position * columns.count
        return Row(columns: columns, values: cells[start..<start + columns.count])
    }
}

/// One row: values in text format, nil for NULL.
public struct Row: Sendable, Hashable {
    /// Names of the columns in order.
    public let columns: [String]
    /// The values in the order of the columns; the slice's indices do not begin at 0.
    public let values: ArraySlice<String?>

    /// The value of a column by its place from 0; nil for NULL and where there is no such column.
    public subscript(column: Int) -> String? {
        columns.indices.contains(column) ? values[values.startIndex + column] : nil
    }

    /// The value of the first column of this name; nil for NULL and where there is no such column.
    public subscript(column: String) -> String? {
        columns.firstIndex(of: column).flatMap { self[$0] }
    }
}
