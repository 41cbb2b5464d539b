internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
import Synchronization

/// A web server on 127.0.0.1 that does what `WebReply` says, also what no good server does.
///
/// `arrivals` and `departures` tell a test what the server saw, so that it need not sleep.
public final class WebServer: Sendable {
    /// Listens on 127.0.0.1 here.
    public let port: Int
    /// Whether it speaks TLS.
    public let isEncrypted: Bool
    /// Each request, when it is there with its whole body.
    public let arrivals: AsyncStream<WebArrival>
    /// The path of a connection's last request, when the connection is over.
    public let departures: AsyncStream<String>

    private let listener: any Channel
    private let record: Record

    /// All requests so far.
    public var requests: [WebArrival] { record.requests.withLock { $0 } }

    /// An address on this server.
    public func address(_ path: String, host: String = "127.0.0.1") -> String {
        "\(isEncrypted ? "https" : "http")://\(host):\(port)\(path)"
    }

    /// - Parameter reply: what is answered to a request.
    init(
        certificate: TestCertificate?, reply: @escaping @Sendable (WebArrival) -> WebReply
    ) async throws {
        let context = try certificate.map { certificate in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.certificateFile).map {
                        .certificate($0)
                    },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.keyFile, format: .pem))))
        }
        let record = Record()
        listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(WebConversation(record: record, reply: reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = listener.localAddress?.port else { throw TestServerError("the web server has no port") }
        self.port = port
        isEncrypted = certificate != nil
        self.record = record
        arrivals = record.arrivals.stream
        departures = record.departures.stream
    }

    func stop() async { try? await listener.close() }

    final class Record: Sendable {
        let requests = Mutex<[WebArrival]>([])
        let arrivals = AsyncStream.makeStream(of: WebArrival.self)
        let departures = AsyncStream.makeStream(of: String.self)
    }
}

/// Lends a web server.
///
/// - Parameters:
///   - certificate: what it shows; nil is a server without TLS.
///   - reply: what is answered to a request.
public func withWebServer<Value>(
    certificate: TestCertificate? = nil, reply: @escaping @Sendable (WebArrival) -> WebReply,
    _ body: (WebServer) async throws -> Value
) async throws -> Value {
    let server = try await WebServer(certificate: certificate, reply: reply)
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await body(server))
    } catch {
        outcome = .failure(error)
    }
    await server.stop()
    return try outcome.get()
}
