import Glibc
import LocalServers
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
    try await server.psql(chosen.map { "CREATE DATABASE \($0);" }.joined(separator: "\n"))
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await body(chosen.map { TestDatabase(name: $0, server: server) }))
    } catch {
        outcome = .failure(error)
    }
    // In a task of its own, because a cancelled test still has to clean up.
    await Task {
        _ = try? await server.psql(chosen.map { "DROP DATABASE \($0) WITH (FORCE);" }.joined(separator: "\n"))
    }
    .value
    return try outcome.get()
}

/// Lends servers that the test may stop, crash and fill; they are destroyed afterwards.
///
/// - Parameter settings: lines of postgresql.conf on top of those that all test servers have.
public func withServers<Value>(
    _ count: Int, settings: [String: String] = [:], _ body: ([TestServer]) async throws -> Value
) async throws -> Value {
    await ServerPlaces.places.enter()
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await lendServers(count, settings, body))
    } catch {
        outcome = .failure(error)
    }
    await ServerPlaces.places.leave()
    return try outcome.get()
}

private enum ServerPlaces {
    static let places = Turnstile(width: 2)
}

private func lendServers<Value>(
    _ count: Int, _ settings: [String: String], _ body: ([TestServer]) async throws -> Value
) async throws -> Value {
    let servers = try await TestServers.shared()
    var started: [TestServer] = []
    let outcome: Result<Value, any Error>
    do {
        for _ in 0..<count {
            let name = "own-\(names.add(1, ordering: .relaxed).newValue)"
            started.append(try await servers.start(named: name, settings: settings))
        }
        outcome = .success(try await body(started))
    } catch {
        outcome = .failure(error)
    }
    let used = started
    await Task { for server in used { _ = try? await server.server.destroy() } }.value
    return try outcome.get()
}

/// Lends an empty directory that a server's account may pass through; it is removed afterwards.
public func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let directory = "\(try Watchdog.shared.get().directory)/files-\(names.add(1, ordering: .relaxed).newValue)"
    guard mkdir(directory, 0o755) == 0 else { throw TestServerError("cannot make \(directory)") }
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await body(directory))
    } catch {
        outcome = .failure(error)
    }
    await Task { _ = try? await Program("/bin/rm", ["-rf", directory]).run() }.value
    return try outcome.get()
}
