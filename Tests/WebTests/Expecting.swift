import Testing
import Web

/// Expects an error of the module with this reason.
func expect<Value>(
    _ reason: WebError.Reason, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Value
) async {
    let error = await #expect(throws: WebError.self, sourceLocation: sourceLocation) { _ = try await body() }
    #expect(error?.reason == reason, sourceLocation: sourceLocation)
}

/// Expects an error of the module with this reason.
func expect<Value>(
    _ reason: PrometheusError.Reason, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Value
) async {
    let error = await #expect(throws: PrometheusError.self, sourceLocation: sourceLocation) { _ = try await body() }
    #expect(error?.reason == reason, sourceLocation: sourceLocation)
}
