import FleetModel
import Inventory
import Migrations
import Postgres

/// A query that tells whether a target is well: it must return one row with one true value.
struct Probe {
    let sql: String

    /// How long an answer may take; silence is a no.
    static let limit = Duration.seconds(30)

    func ask(_ target: FleetTarget, _ resolver: SecretResolver) async throws(TargetFailure) -> TargetFailure? {
        var settings = try await target.connectionSettings(resolver)
        settings["application_name"] = "pgfleet/probe"
        let result: StatementResult
        do throws(PostgresError) {
            let connection = try await Connection.open(settings, timeout: target.access.connectTimeout)
            let path = target.target.schema.map(quotedIdentifier)
            let statements = [
                PipelineStatement(
                    "SELECT set_config('search_path', coalesce($1, current_setting('search_path')), false)",
                    [Parameter(path)]),
                PipelineStatement(sql),
            ]
            do throws(PostgresError) {
                result = try await connection.pipeline(statements, timeout: Self.limit)[1].result()
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        } catch {
            var failure = TargetFailure(error)
            failure.message = "\(target.target.id): the probe was not answered: \(failure.message)"
            return failure
        }
        if result.rows.count == 1, result.columns.count == 1, result.firstValue == "t" { return nil }
        let answer =
            result.rows.count == 1 && result.columns.count == 1
            ? (result.firstValue ?? "NULL").prefix(40).description
            : "\(result.rows.count) rows of \(result.columns.count) columns"
        return TargetFailure(
            kind: .probe, message: "\(target.target.id): the probe answered \(answer) instead of true",
            remedy: "Run it by hand to see why: \(sql)")
    }
}
