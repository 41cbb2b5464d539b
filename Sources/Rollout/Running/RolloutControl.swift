import FleetModel
import Synchronization

/// The way in which an operator's signals reach a rollout that runs in this process.
///
/// The first stop starts nothing new and lets the migrations that run finish; the second one cancels them on the
/// server. A rollout that was told to take itself back at an interruption has a stop more, before those.
public final class RolloutControl: Sendable {
    /// How hard a rollout is asked to stop.
    public enum Stop: Int, Sendable, Comparable {
        /// Not asked.
        case none
        /// Halt, and take back what was changed.
        case takeBack
        /// Finish the migrations that run, start nothing new.
        case finish
        /// Cancel the migrations that run, too.
        case cancel

        public static func < (left: Stop, right: Stop) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var stop = Stop.none
        var isHalted = false
        var cancelsForward = false
        var work: [TargetID: Task<TargetReport, Never>] = [:]
        var isGivenUp = false
        var waits: [Int: Task<RolloutEvent?, Never>] = [:]
        var lastWait = 0
        var watchedWindows: Set<String> = []
    }

    private let state = Mutex(State())
    private let takesBack: Bool
    let requests: AsyncStream<Stop>
    private let request: AsyncStream<Stop>.Continuation

    /// Makes a control on which nothing was asked yet.
    ///
    /// - Parameter takesBack: whether the first stop takes back what the rollout changed.
    public init(takesBack: Bool = false) {
        self.takesBack = takesBack
        (requests, request) = AsyncStream.makeStream()
    }

    /// How hard it was asked to stop so far.
    public var stop: Stop { state.withLock { $0.stop } }

    /// Whether the rollout has halted: what waits for a lock does not begin any more.
    var isHalted: Bool { state.withLock { $0.isHalted } }

    func noteHalt() { state.withLock { $0.isHalted = true } }

    /// Asks to stop, harder at each call.
    public func requestStop() {
        let next = state.withLock { state in
            state.stop =
                switch state.stop {
                case .none: takesBack ? .takeBack : .finish
                case .takeBack: .finish
                case .finish, .cancel: .cancel
                }
            return state.stop
        }
        request.yield(next)
    }

    /// Runs the work on one target so that `cancelWork` can end it, and nothing else.
    ///
    /// - Parameter isForward: whether it is on its way there; what a halt cancels does not begin any more either, as after
    ///   a hook before it.
    func work(
        on id: TargetID, isForward: Bool, _ body: @escaping @Sendable () async -> TargetReport
    ) async -> TargetReport {
        let task = Task(name: "work on \(id)") { await body() }
        let isLate = state.withLock { state in
            state.work[id] = task
            return isForward && state.cancelsForward
        }
        if isLate { task.cancel() }
        defer { state.withLock { $0.work[id] = nil } }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Runs what only waits and asks, and changes nothing, so that `giveUpWaiting` can end it.
    ///
    /// - Returns: what came of it; nil where it was ended.
    func waiting(_ body: @escaping @Sendable () async -> RolloutEvent?) async -> RolloutEvent? {
        let task = Task(name: "wait") { await body() }
        let (number, isLate) = state.withLock { state in
            state.lastWait += 1
            state.waits[state.lastWait] = task
            return (state.lastWait, state.isGivenUp)
        }
        if isLate { task.cancel() }
        defer { state.withLock { $0.waits[number] = nil } }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Ends all that only waits, now and later: what it would come to could not be recorded.
    func giveUpWaiting() {
        let waits = state.withLock { state in
            state.isGivenUp = true
            return Array(state.waits.values)
        }
        for wait in waits { wait.cancel() }
    }

    /// Whether an environment's window is watched already; from now on it is.
    func watchesWindow(of environment: String) -> Bool {
        state.withLock { !$0.watchedWindows.insert(environment).inserted }
    }

    /// Cancels what runs on targets on the way there, on their servers.
    func cancelWork() {
        let work = state.withLock { state in
            state.cancelsForward = true
            return Array(state.work.values)
        }
        for task in work { task.cancel() }
    }
}
