import FleetModel
import Inventory
import Postgres

/// A query that is put to a target and must answer with one value, on a connection of its own that can only read.
struct SQLQuestion {
    let sql: String
    /// How long the answer may take, connecting apart.
    let limit: Duration

    /// The one value; `NULL` is no value.
    ///
    /// - Throws: `.probe` when there is no answer, or it is not one value; the secret's own failure where one is missing.
    func value(on target: FleetTarget, _ resolver: SecretResolver) async throws(TargetFailure) -> String? {
        var settings = try await target.connectionSettings(resolver)
        settings["application_name"] = "pgfleet/probe"
        let result: StatementResult
        do throws(PostgresError) {
            let connection = try await Connection.open(
                settings, timeout: ConnectTimeout(min(target.access.connectTimeout.duration, limit)))
            let outcome = await answer(of: connection, target.target)
            await connection.close()
            result = try outcome.get()
        } catch {
            let failure = TargetFailure(error)
            throw failure.asAnswer("\(target.target.id) did not answer: \(failure.message)", sql)
        }
        guard result.rows.count == 1, result.columns.count == 1 else {
            throw TargetFailure(
                kind: .probe,
                message: "\(target.target.id) answered \(result.rows.count) rows of \(result.columns.count) columns "
                    + "instead of one value", remedy: "Run it by hand to see why: \(sql.oneLine)")
        }
        return result.firstValue
    }

    /// Why the answer is not true; nil where it is.
    func objection(on target: FleetTarget, _ resolver: SecretResolver) async throws(TargetFailure) -> TargetFailure? {
        let value = try await value(on: target, resolver)
        if value == "t" { return nil }
        return TargetFailure(
            kind: .probe,
            message: "\(target.target.id) answered \((value ?? "NULL").prefix(40)) instead of true",
            remedy: "Run it by hand to see why: \(sql.oneLine)")
    }

    /// The answer as a number.
    func number(on target: FleetTarget, _ resolver: SecretResolver) async throws(TargetFailure) -> Double {
        let value = try await value(on: target, resolver)
        guard let value, let number = Double(value), number.isFinite else {
            throw TargetFailure(
                kind: .probe,
                message: "\(target.target.id) answered \((value ?? "NULL").prefix(40)) instead of a number",
                remedy: "Run it by hand to see why: \(sql.oneLine)")
        }
        return number
    }

    private func answer(
        of connection: Connection, _ target: Target
    ) async -> Result<StatementResult, PostgresError> {
        let statements = [
            PipelineStatement(
                "SELECT set_config('search_path', coalesce($1, current_setting('search_path')), false)",
                [Parameter(target.schema.map(quotedIdentifier))]),
            PipelineStatement("SET default_transaction_read_only = on"),
            PipelineStatement(sql),
        ]
        do throws(PostgresError) {
            return .success(try await connection.pipeline(statements, timeout: limit)[2].result())
        } catch {
            return .failure(error)
        }
    }
}

extension TargetFailure {
    /// The same as the answer of a check, which has no state of a database to tell.
    fileprivate func asAnswer(_ message: String, _ sql: String) -> TargetFailure {
        TargetFailure(
            kind: kind == .cancelled ? .cancelled : .probe, message: message, sqlState: sqlState, hint: hint,
            remedy: "Run it by hand to see why: \(sql.oneLine)")
    }
}
