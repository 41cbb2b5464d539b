internal import CLibPgQuery
internal import Glibc

/// PostgreSQL 15's own parser, libpg_query. Its state is per thread, so any thread may call it.
enum Grammar {
    /// Where one statement lies, from just after the `;` before it to just before its own.
    typealias Extent = Range<Int>

    /// What the grammar says about a text that it cannot read.
    struct Refusal: Error {
        let message: String
        /// From 1, in bytes of UTF-8 that begin a character; 0 when not known.
        let character: Int
        /// It was not asked, since its answer would take more stack than there may be.
        var isTooDeep = false
    }

    /// Splits a text as the server would: by the grammar.
    static func split(_ text: borrowing String) throws(Refusal) -> [Extent] {
        let result = unsafe text.withCString { unsafe pg_query_split_with_parser($0) }
        defer { unsafe pg_query_free_split_result(result) }
        return try unsafe extents(of: result, length: text.utf8.count)
    }

    /// Splits a text that the grammar cannot read, by tokens. Pieces without a keyword are left out, bodies between
    /// BEGIN ATOMIC and END are cut: good for looking whether something is in the text, not for running the pieces.
    static func splitByTokens(_ text: borrowing String) throws(Refusal) -> [Extent] {
        let result = unsafe text.withCString { unsafe pg_query_split_with_scanner($0) }
        defer { unsafe pg_query_free_split_result(result) }
        return try unsafe extents(of: result, length: text.utf8.count)
    }

    /// The parse tree of a text as JSON: `{"version":…,"stmts":[{"stmt":{NODE:{…}},"stmt_len":…},…]}`.
    ///
    /// It is written by recursion without a limit, so what is too deep is not to be asked for (`Nesting`).
    static func tree(of text: borrowing String) throws(Refusal) -> [UInt8] {
        let result = unsafe text.withCString { unsafe pg_query_parse($0) }
        defer { unsafe pg_query_free_parse_result(result) }
        if let error = unsafe result.error { throw unsafe refusal(error) }
        guard let tree = unsafe result.parse_tree else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: tree, count: strlen(tree)))
    }

    private static func extents(of result: PgQuerySplitResult, length: Int) throws(Refusal) -> [Extent] {
        if let error = unsafe result.error { throw unsafe refusal(error) }
        let statements = unsafe UnsafeBufferPointer(start: result.stmts, count: Int(result.n_stmts))
        var extents: [Extent] = []
        for index in statements.indices {
            guard let statement = unsafe statements[index]?.pointee else { continue }
            let start = Int(statement.stmt_location)
            // Zero means "to the end" (PostgreSQL's RawStmt).
            let end = statement.stmt_len == 0 ? length : start + Int(statement.stmt_len)
            extents.append(start..<end)
        }
        return extents
    }

    private static func refusal(_ error: UnsafeMutablePointer<PgQueryError>) -> Refusal {
        let error = unsafe error.pointee
        let message = unsafe error.message.map { unsafe String(cString: $0) } ?? "the parser gave no reason"
        return unsafe Refusal(message: message, character: Int(error.cursorpos))
    }
}
