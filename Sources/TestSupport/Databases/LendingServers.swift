import Glibc
public import LocalServers
import Synchronization

private let names = Atomic<Int>(0)

/// Lends servers that the test may stop, crash and fill; they are destroyed afterwards.
///
/// At most two tests have servers of their own at a time. `withServers(0)` lends such a place to a test that makes its
/// servers itself.
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

/// Lends a cluster that is stopped, and a port for it; it is destroyed afterwards.
public func withCluster<Value>(_ body: (LocalServer, Listening) async throws -> Value) async throws -> Value {
    try await withServers(0) { _ in
        let name = "cluster-\(names.add(1, ordering: .relaxed).newValue)"
        let server = try await TestServers.shared().copy(named: name)
        guard let port = LoopbackPort.unused() else { throw TestServerError("no free port on 127.0.0.1") }
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(server, Listening(port: port)))
        } catch {
            outcome = .failure(error)
        }
        await Task { _ = try? await server.destroy() }.value
        return try outcome.get()
    }
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
