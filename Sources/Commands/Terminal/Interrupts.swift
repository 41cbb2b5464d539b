import Dispatch
import Glibc

/// SIGINT, SIGTERM and SIGHUP as calls, for as long as the value lives.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter handle: called for each signal, on a queue of Dispatch.
    init(_ handle: @escaping @Sendable () -> Void) {
        sources = Self.heeded.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: handle)
            source.resume()
            return source
        }
    }

    /// A hang-up that the caller had ignored, as `nohup` does, stays ignored.
    private static let heeded: [Int32] = {
        var hangUp = sigaction()
        sigaction(SIGHUP, nil, &hangUp)
        let isIgnored = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1
        return isIgnored ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
    }()

    deinit {
        for source in sources { source.cancel() }
        for number in Self.heeded { signal(number, SIG_DFL) }
    }
}
