import Dispatch
import Glibc

/// SIGINT and SIGTERM as calls, for as long as the value lives.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter handle: called for each signal, on a queue of Dispatch.
    init(_ handle: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: handle)
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
