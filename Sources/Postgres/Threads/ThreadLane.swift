internal import Glibc
internal import Synchronization

/// Threads for C calls that block, so that they never hold a thread of Swift's pool.
///
/// A thread is started when work arrives and ends when none is left. A call that hangs holds its thread and a place in
/// its lane only; work of another kind goes through another lane.
final class ThreadLane: Sendable {
    /// Name service: getaddrinfo may hang for as long as resolv.conf says.
    static let names = ThreadLane(width: 16)
    /// PQcancel connects anew and may hang as long as the kernel tries.
    static let cancels = ThreadLane(width: 64)
    /// Reading service files, password files and certificates from disk.
    static let files = ThreadLane(width: 2)

    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var threads = 0
    }

    private let width: Int
    private let state = Mutex(State())

    init(width: Int) { self.width = width }

    /// Runs the work on a thread of this lane as soon as one is free.
    ///
    /// - Returns: whether that will happen; false where the system gives no thread at all.
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        let needsThread = state.withLock { state in
            state.waiting.append(work)
            guard state.threads < width else { return false }
            state.threads += 1
            return true
        }
        guard needsThread, !startThread({ self.workUntilDry() }) else { return true }
        return state.withLock { state in
            state.threads -= 1
            // Other threads of the lane will come to it; without any, it must not stay behind.
            guard state.threads == 0 else { return true }
            state.waiting.removeAll()
            return false
        }
    }

    private func workUntilDry() {
        while let work = takeWork() { work() }
    }

    private func takeWork() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}

/// Starts a detached thread that takes no signals, so that those go to the threads that expect them.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let box = unsafe Unmanaged.passRetained(Body(body))
    var all = sigset_t()
    var previous = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }
    var thread = pthread_t()
    let failure = unsafe pthread_create(
        &thread, nil,
        { context in
            guard let context = unsafe context else { return nil }
            unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
    guard failure == 0 else {
        unsafe box.release()
        return false
    }
    pthread_detach(thread)
    return true
}
