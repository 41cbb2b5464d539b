internal import CLibPQ

/// Something that the server reported without failing: RAISE NOTICE, a warning, "relation already exists, skipping".
public struct Notice: Sendable, Hashable {
    /// What the server said.
    public let report: ServerReport

    /// WARNING, NOTICE, DEBUG, INFO or LOG.
    public var severity: String { report.severity }
    /// In the server's words.
    public var message: String { report.message }
}

/// Holds the caller's closure where libpq's callback finds it.
final class NoticeReceiver: Sendable {
    private let receive: @Sendable (Notice) -> Void

    init(_ receive: @escaping @Sendable (Notice) -> Void) { self.receive = receive }

    /// Directs the notices of a connection to this object, which must outlive it. Without a receiver libpq would print
    /// them to standard error.
    static func install(_ receiver: NoticeReceiver?, on connection: OpaquePointer) {
        let context = unsafe receiver.map { unsafe Unmanaged.passUnretained($0).toOpaque() }
        _ = unsafe PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context = unsafe context, let result = unsafe result else { return }
                let receiver = unsafe Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue()
                unsafe receiver.receive(Notice(report: ServerReport(reading: result)))
            }, context)
    }
}
