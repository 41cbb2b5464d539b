public import FleetModel
internal import Migrations
internal import Postgres

extension ScratchServer {
    /// What a text of SQL makes of an empty database.
    ///
    /// - Throws: `ScratchError`, with what the server said.
    public func snapshot(
        running sql: String, called name: String, _ rules: ScratchRules, _ scope: CatalogScope
    ) async throws(ScratchError) -> SchemaSnapshot {
        let database = try await database(rules)
        let outcome: Result<SchemaSnapshot, ScratchError>
        do throws(ScratchError) {
            // The version table of no tool is left out, as none is there.
            let session = try await Replay.session(on: database, TargetRules(), schema: scope.home)
            do throws(PostgresError) {
                _ = try await database.run(
                    (scope.home.map { "SET search_path TO \(quotedIdentifier($0));\n" } ?? "") + sql)
            } catch {
                throw ScratchError(.setUp(name, error.message.harmless))
            }
            outcome = .success(try await Replay.snapshot(session, scope))
            await session.close()
        } catch {
            outcome = .failure(error)
        }
        await drop(database)
        return try outcome.get()
    }
}
