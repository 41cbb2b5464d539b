import LocalServers
import Postgres
import Synchronization

private let names = Atomic<Int>(0)

/// Lends an empty database of the shared server; it is dropped afterwards, with whatever connections are left in it.
///
/// At most eight tests hold one at a time; the others wait here.
public func withDatabase<Value>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
    try await withDatabases(1) { try await body($0[0]) }
}

/// Lends several empty databases of the shared server.
public func withDatabases<Value>(
    _ count: Int, _ body: ([TestDatabase]) async throws -> Value
) async throws -> Value {
    await SharedServer.places.enter()
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await lend(count, body))
    } catch {
        outcome = .failure(error)
    }
    await SharedServer.places.leave()
    return try outcome.get()
}

private func lend<Value>(_ count: Int, _ body: ([TestDatabase]) async throws -> Value) async throws -> Value {
    let server = try await SharedServer.running()
    let chosen = (0..<count).map { _ in "test_\(names.add(1, ordering: .relaxed).newValue)" }
    let connection = try await server.connect()
    // One by one: CREATE DATABASE refuses to share a query string with anything else.
    for name in chosen { _ = try await connection.run("CREATE DATABASE \(name)") }
    await connection.close()
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await body(chosen.map { TestDatabase(name: $0, server: server) }))
    } catch {
        outcome = .failure(error)
    }
    // In a task of its own, because a cancelled test still has to clean up. What cannot be dropped goes with the server.
    await Task {
        guard let connection = try? await server.connect() else { return }
        for name in chosen { _ = try? await connection.run("DROP DATABASE \(name) WITH (FORCE)") }
        await connection.close()
    }.value
    return try outcome.get()
}
