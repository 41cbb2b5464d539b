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
        let names = statement.relations.map { relation in
            let name = [relation.schema, relation.name].compactMap { $0.map(quotedIdentifier) }.joined(separator: ".")
            return "to_regclass(\(quotedLiteral(name)))"
        }
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

    private func indexes(where condition: String) async throws(TargetFailure) -> [IndexName] {
        let question = "SELECT indexrelid::oid, indexrelid::regclass FROM pg_catalog.pg_index WHERE \(condition)"
        let answers = try await read([PipelineStatement(question)], within: .seconds(60))
        do throws(PostgresError) {
            return try answers.first?.result().rows.compactMap { row in
                row[0].flatMap { oid in row[1].map { IndexName(oid: oid, name: $0) } }
            } ?? []
        } catch {
            throw failure(reading: error)
        }
    }
}
