internal import FleetModel
internal import Migrations
internal import Postgres
internal import SQL

/// An index of a scratch database.
struct IndexName: Sendable, Hashable {
    let oid: String
    /// As the session writes it.
    let name: String
}

extension Statement {
    /// Whether it builds an index concurrently, and leaves it invalid where it fails.
    var buildsConcurrently: Bool {
        if case .createIndex(concurrently: true) = kind { true } else { false }
    }
}

extension TargetSession {
    /// All indexes.
    func indexes() async throws(TargetFailure) -> [IndexName] {
        try await indexes(where: "true")
    }

    /// Marks the indexes invalid that a statement would drop concurrently, as it leaves them where it fails; none for all
    /// other statements.
    func invalidated(before statement: Statement) async throws(TargetFailure) -> [IndexName] {
        guard case .drop(_, concurrently: true) = statement.kind else { return [] }
        let names = statement.relations.map { "to_regclass(\(quotedLiteral($0.quoted)))" }
        guard !names.isEmpty else { return [] }
        let indexes = try await indexes(where: "indexrelid IN (\(names.joined(separator: ", ")))")
        try await mark(indexes, valid: false)
        return indexes
    }

    /// Says in the catalog whether indexes are valid: what a concurrent build that failed leaves can be had in no other
    /// way for certain. As scratch's superuser.
    func mark(_ indexes: [IndexName], valid: Bool) async throws(TargetFailure) {
        guard !indexes.isEmpty else { return }
        let list = indexes.map(\.oid).joined(separator: ", ")
        _ = try await play("UPDATE pg_catalog.pg_index SET indisvalid = \(valid) WHERE indexrelid IN (\(list))")
    }

    /// The invalid indexes, without those of TOAST, whose names differ from database to database.
    func invalidIndexes() async throws(TargetFailure) -> [IndexName] {
        try await indexes(
            where: "NOT indisvalid AND (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = indrelid) "
                + "<> 'pg_toast'::regnamespace")
    }

    private func indexes(where condition: String) async throws(TargetFailure) -> [IndexName] {
        try await rows(
            "SELECT indexrelid::oid, indexrelid::regclass FROM pg_catalog.pg_index WHERE \(condition) ORDER BY 2"
        ).compactMap { row in row[0].flatMap { oid in row[1].map { IndexName(oid: oid, name: $0) } } }
    }

    /// What a question to the catalogs is answered.
    func rows(_ question: String) async throws(TargetFailure) -> [Row] {
        let answers = try await read([PipelineStatement(question)], within: .seconds(60))
        do throws(PostgresError) {
            guard let answer = answers.first else { return [] }
            return Array(try answer.result().rows)
        } catch {
            throw failure(reading: error)
        }
    }
}
