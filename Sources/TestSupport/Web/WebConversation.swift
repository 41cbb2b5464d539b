import NIOCore
import NIOHTTP1
import Synchronization

/// One connection of a test's web server.
final class WebConversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let record: WebServer.Record
    private let reply: @Sendable (WebArrival) -> WebReply
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    /// The answer is without end, and this is its next piece.
    private var piece: ByteBuffer?
    /// A flush says itself that there is room again, in the middle of the loop that flushed.
    private var isPouring = false

    init(record: WebServer.Record, reply: @escaping @Sendable (WebArrival) -> WebReply) {
        self.record = record
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, ByteBuffer())
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            let arrival = WebArrival(
                method: head.method.rawValue, path: head.uri,
                headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" },
                body: String(buffer: body))
            record.requests.withLock { $0.append(arrival) }
            record.arrivals.continuation.yield(arrival)
            perform(reply(arrival), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let head { record.departures.continuation.yield(head.uri) }
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pour(context)
        context.fireChannelWritabilityChanged()
    }

    /// A client that goes away in the middle is what these tests are about.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func perform(_ reply: WebReply, _ context: ChannelHandlerContext) {
        switch reply {
        case .answer(let status, let text, let headers): answer(status, Array(text.utf8), headers, context)
        case .bytes(let bytes): answer(200, bytes, [:], context)
        case .silence: break
        case .drip:
            start(context, length: nil)
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(10)) { task in
                let (handler, context) = bound.value
                guard context.channel.isActive else { return task.cancel() }
                context.writeAndFlush(handler.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "."))))).whenFailure
                {
                    _ in task.cancel()
                }
            }
        case .endless:
            start(context, length: nil)
            piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: 16_384)
            pour(context)
        case .half:
            start(context, length: 1000)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "half")))), promise: nil)
            context.close(promise: nil)
        case .gibberish:
            // From the HTTP encoder's own place, so past it.
            let encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
            encoder?.writeAndFlush(NIOAny(ByteBuffer(string: "SSH-2.0-OpenSSH_9.2\r\n")), promise: nil)
        }
    }

    private func answer(
        _ status: Int, _ bytes: [UInt8], _ headers: [String: String], _ context: ChannelHandlerContext
    ) {
        var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
        fields.add(name: "Content-Length", value: String(bytes.count))
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func start(_ context: ChannelHandlerContext, length: Int?) {
        let fields = length.map { HTTPHeaders([("Content-Length", String($0))]) } ?? HTTPHeaders()
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: fields)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Writes until the connection takes no more; `channelWritabilityChanged` goes on.
    private func pour(_ context: ChannelHandlerContext) {
        guard let piece, !isPouring else { return }
        isPouring = true
        defer { isPouring = false }
        while context.channel.isActive, context.channel.isWritable {
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
        }
    }
}
