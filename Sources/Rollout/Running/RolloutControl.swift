import Synchronization

/// The way in which an operator reaches a rollout that runs in this process.
///
/// The first stop starts nothing new and lets the migrations that run finish; the second one cancels them on the
/// server.
public final class RolloutControl: Sendable {
    /// How hard a rollout is asked to stop.
    public enum Stop: Int, Sendable, Comparable {
        /// Not asked.
        case none
        /// Finish the migrations that run, start nothing new.
        case finish
        /// Cancel the migrations that run, too.
        case cancel

        public static func < (left: Stop, right: Stop) -> Bool { left.rawValue < right.rawValue }
    }

    private let level = Mutex(Stop.none)
    private let halted = Mutex(false)
    let requests: AsyncStream<Stop>
    private let request: AsyncStream<Stop>.Continuation

    /// Makes a control on which nothing was asked yet.
    public init() {
        (requests, request) = AsyncStream.makeStream()
    }

    /// How hard it was asked to stop so far.
    public var stop: Stop { level.withLock { $0 } }

    /// Whether the rollout has halted: what waits for a lock does not begin any more.
    var isHalted: Bool { halted.withLock { $0 } }

    func noteHalt() { halted.withLock { $0 = true } }

    /// Asks to stop, harder at each call.
    public func requestStop() {
        let next = level.withLock { level in
            level = level == .none ? .finish : .cancel
            return level
        }
        request.yield(next)
    }
}
