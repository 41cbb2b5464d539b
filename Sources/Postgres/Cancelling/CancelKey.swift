internal import CLibPQ

/// What the server needs to know to cancel a session's statement; independent of the connection and outlives it.
///
/// `@unchecked Sendable`: the key is written once and PQcancel only reads it ("safe to be called from a signal handler"
/// and from other threads, libpq manual, "Canceling Queries in Progress").
@safe final class CancelKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// Nil where libpq has no memory or the connection is not up.
    init?(of connection: OpaquePointer) {
        guard let key = unsafe PQgetCancel(connection) else { return nil }
        unsafe self.key = key
    }

    deinit { unsafe PQfreeCancel(key) }

    /// Asks the server to cancel what the session runs, on a thread of its own.
    ///
    /// When the job is done the server has passed the signal on, so that it cannot hit a later statement. Its value is
    /// nil, or why the request could not be made.
    func request() -> LaneJob<CancelAnswer> {
        LaneJob(on: .cancels) { [self] in
            var message = [CChar](repeating: 0, count: 256)
            let isSent = unsafe PQcancel(key, &message, Int32(message.count)) == 1
            guard !isSent else { return .delivered }
            return .refused(String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
    }
}

/// How a cancel request went.
enum CancelAnswer: Sendable {
    case delivered
    case refused(String)
}
