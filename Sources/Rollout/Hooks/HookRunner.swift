import FleetModel
import Foundation
import Inventory
import Postgres
import Web

/// Does a hook, and tells what came of it.
struct HookRunner: Sendable {
    /// How much of what a hook prints is kept.
    private static let keptOutput = 4096

    let reach: @Sendable (TargetID) -> FleetTarget?
    let secrets: Secrets

    func run(_ hook: Hook, _ context: HookContext) async -> HookReport {
        let start = ContinuousClock.now
        var (output, failure): (String?, TargetFailure?)
        do throws(TargetFailure) {
            output = try await perform(hook, context)
        } catch {
            failure = error
            failure?.message = "hook \(hook.name) of \(context.id.point): \(error.message)"
        }
        let kept = output.map { String($0.prefix(Self.keptOutput)) }
        return HookReport(
            name: hook.name, seconds: (ContinuousClock.now - start).seconds, output: kept == "" ? nil : kept,
            failure: failure)
    }

    private func perform(_ hook: Hook, _ context: HookContext) async throws(TargetFailure) -> String {
        let limit = Duration.seconds(hook.timeoutSeconds)
        switch hook.action {
        case .command(let line): return try await HookCommand.run(line, context.variables, limit: limit)
        case .sql(let text, let named):
            guard let id = named ?? context.target?.target.id, let target = reach(id) else {
                throw TargetFailure(
                    kind: .hook, message: "\((named?.rawValue) ?? "its target") is not in the inventory")
            }
            return try await run(text, on: target, limit)
        case .webhook(let address, let headers):
            return try await post(context.document, to: address, headers, limit)
        }
    }

    private func post(
        _ document: [String: String], to address: String, _ headers: [String: String], _ limit: Duration
    ) async throws(TargetFailure) -> String {
        let request = WebRequest(
            try await secrets.resolve(address), method: .post,
            headers: [("Content-Type", "application/json")] + (try await secrets.resolve(headers)),
            body: (try? JSONEncoder().encode(document)).map { Array($0) }, timeout: limit, answerLimit: 4096,
            followsRedirects: false)
        let answer: WebAnswer
        do {
            answer = try await Web.ask(request)
        } catch {
            throw TargetFailure(kind: error.reason == .cancelled ? .cancelled : .hook, message: "\(error)")
        }
        guard answer.isSuccess else {
            throw TargetFailure(kind: .hook, message: "the answer has status \(answer.status)")
        }
        return answer.body
    }

    private func run(
        _ sql: String, on target: FleetTarget, _ limit: Duration
    ) async throws(TargetFailure) -> String {
        var settings = try await target.connectionSettings(secrets.resolver)
        settings["application_name"] = "pgfleet/hook"
        do throws(PostgresError) {
            let connection = try await Connection.open(settings, timeout: target.access.connectTimeout)
            let outcome = await answer(of: connection, sql, target.target.schema, limit)
            await connection.close()
            return try outcome.get().last?.commandTag ?? ""
        } catch {
            var failure = TargetFailure(error)
            if failure.kind != .cancelled { failure.kind = .hook }
            throw failure
        }
    }

    private func answer(
        of connection: Connection, _ sql: String, _ schema: String?, _ limit: Duration
    ) async -> Result<[StatementResult], PostgresError> {
        do throws(PostgresError) {
            if let schema { _ = try await connection.run("SET search_path = \(quotedIdentifier(schema))") }
            return .success(try await connection.run(sql, timeout: limit))
        } catch {
            return .failure(error)
        }
    }
}
