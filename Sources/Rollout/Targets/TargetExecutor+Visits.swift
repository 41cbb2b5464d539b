package import FleetModel
package import Inventory
package import Migrations

extension TargetExecutor {
    /// Lends a session with each of some targets, under the limits of a survey; for what changes nothing.
    ///
    /// - Returns: for each target what the body returned, or why it could not.
    package func visit<Value: Sendable>(
        _ ids: Set<TargetID>? = nil,
        _ body: @escaping @Sendable (TargetSession, FleetTarget) async throws(TargetFailure) -> Value
    ) async -> [TargetID: Result<Value, TargetFailure>] {
        await onEach(of: ids) { id in
            do throws(TargetFailure) {
                let target = try target(id)
                return .success(
                    try await withSession(id) { session throws(TargetFailure) in try await body(session, target) })
            } catch {
                return .failure(error)
            }
        }
    }
}
