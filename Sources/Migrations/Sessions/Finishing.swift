/// Runs what must come to its end even when the task was cancelled: rolling back, unlocking, reading what is true now.
///
/// A task of its own, whose value is awaited, is not touched by the caller's cancellation. The body must be bounded in
/// time by itself.
func finishing<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    await Task { await body() }.value
}
