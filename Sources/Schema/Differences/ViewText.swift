internal import SQL

/// Views as servers of different releases print them.
///
/// From PostgreSQL 16 on, the columns of a view on one table are printed without the table's name.
enum ViewText {
    /// Whether two servers print views alike.
    static func printAlike(_ one: Int, _ other: Int) -> Bool { (one >= 160_000) == (other >= 160_000) }

    /// Whether two definitions of views mean the same; false also where the grammar here does not know one of them.
    static func isSame(_ one: String, _ other: String) -> Bool {
        let (left, right) = (parts(one), parts(other))
        guard left.head == right.head, let first = QueryForm.comparable(left.query),
            let second = QueryForm.comparable(right.query)
        else { return false }
        return first == second
    }

    private static func parts(_ definition: String) -> (head: Substring, query: String) {
        let end = definition.firstIndex(of: "\n") ?? definition.endIndex
        return (definition[..<end], String(definition[end...]))
    }
}
