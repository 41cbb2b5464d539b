internal import CLibPQ
internal import Glibc
internal import Synchronization

/// The one event source of all connections: a single thread in epoll, which also keeps the deadlines.
///
/// Sockets are watched one-shot and under a token of the wait, never of the descriptor: libpq closes and replaces
/// sockets at will while it connects, and the kernel gives their numbers to other connections at once. A closed
/// socket leaves the epoll set by itself; an event that comes for a wait that is over finds no token and is dropped.
final class Readiness: Sendable {
    static let shared = Readiness()

    /// What to watch a socket for.
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let reading = Interest(rawValue: EPOLLIN.rawValue)
        static let writing = Interest(rawValue: EPOLLOUT.rawValue)
    }

    private struct Enrolment {
        let waiter: Waiter
        let deadline: ContinuousClock.Instant?
    }

    private struct State {
        var enrolments: [UInt64: Enrolment] = [:]
        /// 0 is the wake-up descriptor's own.
        var lastToken: UInt64 = 0
        /// No deadline is earlier. May be too early, after a wait that ended before its deadline: costs one look.
        var earliest: ContinuousClock.Instant?
    }

    private let epoll: Int32
    private let wakeUp: Int32
    /// Whether the thread can be woken at all; a process without a free descriptor cannot wait.
    private let isWatched: Bool
    private let isRunning = Mutex(false)
    private let state = Mutex(State())

    private init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        var event = unsafe epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
        let isWatching = unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event) == 0
        isWatched = isWatching
    }

    /// Waits until the socket is ready, the deadline passes, the task is cancelled or someone else ends the wait.
    func wait(
        _ waiter: Waiter, on socket: Int32? = nil, for interest: Interest = [],
        until deadline: ContinuousClock.Instant?, heedsCancellation: Bool
    ) async -> Wake {
        guard startOnce() else { return .failed }
        let token = enrol(waiter, until: deadline)
        defer { withdraw(token) }
        if let socket, !watch(socket, for: interest, token: token) { waiter.finish(.failed) }
        guard heedsCancellation else { return await waiter.wake() }
        return await withTaskCancellationHandler {
            await waiter.wake()
        } onCancel: {
            waiter.finish(.cancelled)
        }
    }

    private func enrol(_ waiter: Waiter, until deadline: ContinuousClock.Instant?) -> UInt64 {
        let (token, isEarlier) = state.withLock { state in
            state.lastToken += 1
            state.enrolments[state.lastToken] = Enrolment(waiter: waiter, deadline: deadline)
            guard let deadline, state.earliest.map({ deadline < $0 }) ?? true else { return (state.lastToken, false) }
            state.earliest = deadline
            return (state.lastToken, true)
        }
        if isEarlier { eventfd_write(wakeUp, 1) }
        return token
    }

    private func withdraw(_ token: UInt64) {
        state.withLock { _ = $0.enrolments.removeValue(forKey: token) }
    }

    private func watch(_ socket: Int32, for interest: Interest, token: UInt64) -> Bool {
        let events = interest.rawValue | EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: token))
        // All waits of a connection but its first are for a socket that is in the set already.
        if unsafe epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0 { return true }
        guard errno == ENOENT else { return false }
        return unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0
    }

    private func startOnce() -> Bool {
        isRunning.withLock { isRunning in
            if !isRunning { isRunning = isWatched && startThread { self.loop() } }
            return isRunning
        }
    }

    private func loop() {
        var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            let count = unsafe epoll_wait(epoll, &events, Int32(events.count), millisecondsToEarliest())
            for index in 0..<Int(max(0, count)) {
                let token = unsafe events[index].data.u64
                guard token != 0 else {
                    var wakeUps: eventfd_t = 0
                    _ = unsafe eventfd_read(wakeUp, &wakeUps)
                    continue
                }
                let enrolment = state.withLock { $0.enrolments.removeValue(forKey: token) }
                enrolment?.waiter.finish(.ready)
            }
            endOverdueWaits()
        }
    }

    /// -1, without limit, where nobody has a deadline.
    private func millisecondsToEarliest() -> Int32 {
        guard let earliest = state.withLock({ $0.earliest }) else { return -1 }
        let left = earliest - .now
        guard left > .zero else { return 0 }
        // Rounded up, so that it is not woken just before; at most an hour, which fits.
        let milliseconds = left.components.seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow, milliseconds.partialValue < 3_600_000 else { return 3_600_000 }
        return Int32(milliseconds.partialValue) + Int32(left.components.attoseconds / 1_000_000_000_000_000) + 1
    }

    /// Looks at all waits only when the earliest deadline has come, which is once per deadline at worst.
    private func endOverdueWaits() {
        let now = ContinuousClock.now
        let overdue: [Waiter] = state.withLock { state in
            guard let earliest = state.earliest, earliest <= now else { return [] }
            var overdue: [Waiter] = []
            state.earliest = nil
            for (token, enrolment) in state.enrolments {
                guard let deadline = enrolment.deadline else { continue }
                if deadline <= now {
                    overdue.append(enrolment.waiter)
                    state.enrolments[token] = nil
                } else {
                    state.earliest = state.earliest.map { min($0, deadline) } ?? deadline
                }
            }
            return overdue
        }
        for waiter in overdue { waiter.finish(.deadline) }
    }
}
