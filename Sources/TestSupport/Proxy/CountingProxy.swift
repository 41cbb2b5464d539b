import Dispatch
import Glibc
import LocalServers
import Synchronization

/// Stands between a client and a server, counts round trips, and can be slow, stalled or cut.
///
/// A round trip is counted each time the server answers after the client has sent, so what a pipeline sends at once counts
/// once, and a farewell that nobody answers does not count. An answer is counted before the client can have it.
/// With a delay, what either side sends arrives that much later, and the first bytes of a connection later still, by the
/// round trip that opening a TCP connection over such a line takes.
public final class CountingProxy: Sendable {
    /// Listens on 127.0.0.1 here.
    public let port: Int

    private let shared: ProxyState
    private let loop: Task<Void, Never>

    private init(port: Int, shared: ProxyState, loop: Task<Void, Never>) {
        self.port = port
        self.shared = shared
        self.loop = loop
    }

    /// Starts a proxy in front of a port of 127.0.0.1; `stop` ends it.
    ///
    /// - Parameter delay: how long bytes travel, each way.
    static func start(to target: Int, delay: Duration) throws -> CountingProxy {
        let (listener, port) = try Sockets.listen()
        let shared = try ProxyState()
        let loop = Task {
            await withCheckedContinuation { continuation in
                // A thread of its own: the loop blocks in poll.
                DispatchQueue(label: "counting-proxy").async {
                    var lines = ProxyLoop(listener: listener, target: target, delay: delay, shared: shared)
                    lines.run()
                    continuation.resume()
                }
            }
        }
        return CountingProxy(port: port, shared: shared, loop: loop)
    }

    /// Round trips on all connections so far.
    public var roundTrips: Int { shared.counts.withLock { $0.roundTrips } }
    /// Bytes that the server has sent on all connections so far.
    public var answered: Int { shared.counts.withLock { $0.answered } }
    /// Connections that clients have opened so far.
    public var connections: Int { shared.counts.withLock { $0.connections } }

    /// Resets every connection that is open now; new ones are accepted again.
    public func cutConnections() { shared.send(.cut) }

    /// Holds all bytes back, as a network that drops packets does; connections stay open and new ones are accepted.
    public func stall() { shared.send(.stall) }

    /// Holds back what servers send; what clients send goes on.
    public func holdAnswers() { shared.send(.holdAnswers) }

    /// Holds all bytes back from the moment a client sends this text in one piece, and the text with them.
    public func stall(atText text: String) { shared.send(.stallAtText(Array(text.utf8))) }

    /// Whether the text came that everything is held back for.
    public var hasMetText: Bool { shared.counts.withLock { $0.hasMetText } }

    /// Lets held bytes go on.
    public func resume() { shared.send(.resume) }

    func stop() async {
        shared.send(.stop)
        await loop.value
    }
}

/// Lends a proxy in front of a port of 127.0.0.1.
///
/// - Parameter delay: how long bytes travel, each way.
public func withProxy<Value>(
    to port: Int, delay: Duration = .zero, _ body: (CountingProxy) async throws -> Value
) async throws -> Value {
    let proxy = try CountingProxy.start(to: port, delay: delay)
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await body(proxy))
    } catch {
        outcome = .failure(error)
    }
    await proxy.stop()
    return try outcome.get()
}
