internal import Synchronization

/// Why a wait ended.
enum Wake: Sendable, Hashable {
    /// The socket is readable or writable, or the work is done.
    case ready
    /// The deadline passed.
    case deadline
    /// The waiting task was cancelled.
    case cancelled
    /// The connection was closed meanwhile.
    case interrupted
    /// The operating system refused to watch the socket or to start the work.
    case failed
}

/// One wait: ends once, with whatever comes first, also when that comes before anyone waits.
final class Waiter: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Wake, Never>)
        case over(Wake)
    }

    private let state = Mutex(State.idle)

    /// Ends the wait; without effect where it is over already.
    func finish(_ wake: Wake) {
        let continuation: CheckedContinuation<Wake, Never>? = state.withLock { state in
            switch state {
            case .idle:
                state = .over(wake)
                return nil
            case .waiting(let continuation):
                state = .over(wake)
                return continuation
            case .over:
                return nil
            }
        }
        continuation?.resume(returning: wake)
    }

    /// Whether nobody will look at what comes now.
    var isOver: Bool {
        state.withLock { state in
            if case .over = state { true } else { false }
        }
    }

    /// Waits for the end; one task at a time.
    func wake() async -> Wake {
        await withCheckedContinuation { continuation in
            let known: Wake? = state.withLock { state in
                if case .over(let wake) = state { return wake }
                state = .waiting(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
