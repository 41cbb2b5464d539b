import Glibc
import Synchronization

/// One way of a connection: bytes that arrived at one side and leave at the other, each chunk not before its time.
private struct Way {
    let from: Int32
    let to: Int32
    var chunks: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []
    var hasEnded = false
    var hasPassedEndOn = false

    init(from: Int32, to: Int32) {
        self.from = from
        self.to = to
    }

    /// Sends what is due; false if the receiver is gone.
    mutating func deliver(at now: ContinuousClock.Instant) -> Bool {
        while let (due, bytes) = chunks.first, due <= now {
            let count = send(to, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            guard count >= 0 else { return errno == EAGAIN }
            guard count == bytes.count else {
                chunks[0].bytes.removeFirst(count)
                return true
            }
            chunks.removeFirst()
        }
        if chunks.isEmpty, hasEnded, !hasPassedEndOn {
            hasPassedEndOn = true
            shutdown(to, Int32(SHUT_WR))
        }
        return true
    }

    func isBlocked(at now: ContinuousClock.Instant) -> Bool { chunks.first.map { $0.due <= now } ?? false }
}

private struct Line {
    var toServer: Way
    var toClient: Way
    let opened: ContinuousClock.Instant
    var clientSpokeLast = false
    var isBroken = false

    var isOver: Bool { isBroken || (toServer.hasPassedEndOn && toClient.hasPassedEndOn) }
}

/// The loop of a proxy's thread: all connections, one `poll`.
struct ProxyLoop {
    let listener: Int32
    let target: Int
    let delay: Duration
    let shared: ProxyState

    private let clock = ContinuousClock()
    private var lines: [Line] = []
    private var isStalled = false
    private var holdsAnswers = false
    private var fatalText: [UInt8]?
    private var isStopping = false
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(listener: Int32, target: Int, delay: Duration, shared: ProxyState) {
        self.listener = listener
        self.target = target
        self.delay = delay
        self.shared = shared
    }

    mutating func run() {
        while !isStopping {
            var waits = interests()
            poll(&waits, nfds_t(waits.count), timeout())
            if waits[0].revents != 0 { obey() }
            if waits[1].revents != 0 { accept() }
            for wait in waits.dropFirst(2) where wait.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { read(wait.fd) }
            deliver()
        }
        cut()
        close(listener)
    }

    private func interests() -> [pollfd] {
        var waits = [
            pollfd(fd: shared.bell, events: Int16(POLLIN), revents: 0),
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
        guard !isStalled else { return waits }
        let now = clock.now
        for line in lines {
            for (way, back, isHeld) in [
                (line.toServer, line.toClient, holdsAnswers), (line.toClient, line.toServer, false),
            ] {
                let events = (way.hasEnded ? 0 : POLLIN) | (back.isBlocked(at: now) && !isHeld ? POLLOUT : 0)
                if events != 0 { waits.append(pollfd(fd: way.from, events: Int16(events), revents: 0)) }
            }
        }
        return waits
    }

    /// Milliseconds until the next chunk is due, rounded up; -1 for no limit.
    private func timeout() -> Int32 {
        guard !isStalled else { return -1 }
        let now = clock.now
        let dues = lines.flatMap { [$0.toServer.chunks.first?.due, $0.toClient.chunks.first?.due] }
        // What is due already waits for room at the receiver, which poll reports.
        guard let next = dues.compactMap({ $0 }).filter({ $0 > now }).min() else { return -1 }
        let (seconds, attoseconds) = (next - now).components
        return Int32(seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private mutating func obey() {
        for order in shared.takeOrders() {
            switch order {
            case .cut: cut()
            case .stall: isStalled = true
            case .resume:
                isStalled = false
                holdsAnswers = false
                fatalText = nil
            case .holdAnswers: holdsAnswers = true
            case .stallAtText(let text): fatalText = text
            case .stop: isStopping = true
            }
        }
    }

    private mutating func accept() {
        guard let client = Sockets.accept(from: listener) else { return }
        guard let server = Sockets.connect(to: target) else { return Sockets.reset(client) }
        lines.append(
            Line(toServer: Way(from: client, to: server), toClient: Way(from: server, to: client), opened: clock.now))
        shared.counts.withLock { $0.connections += 1 }
    }

    private mutating func read(_ descriptor: Int32) {
        guard let index = lines.firstIndex(where: { $0.toServer.from == descriptor || $0.toClient.from == descriptor })
        else { return }
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count >= 0 else {
            if errno != EAGAIN { lines[index].isBroken = true }
            return
        }
        let bytes = Array(buffer[..<count])
        let now = clock.now
        if lines[index].toServer.from == descriptor {
            guard count > 0 else { return lines[index].toServer.hasEnded = true }
            lines[index].clientSpokeLast = true
            let due = max(now + delay, lines[index].opened + delay * 3)
            lines[index].toServer.chunks.append((due, bytes))
            if let fatalText, bytes.firstRange(of: fatalText) != nil {
                isStalled = true
                shared.counts.withLock { $0.hasMetText = true }
            }
        } else {
            guard count > 0 else { return lines[index].toClient.hasEnded = true }
            let isTurn = lines[index].clientSpokeLast
            shared.counts.withLock {
                $0.roundTrips += isTurn ? 1 : 0
                $0.answered += count
            }
            lines[index].clientSpokeLast = false
            lines[index].toClient.chunks.append((now + delay, bytes))
        }
    }

    private mutating func deliver() {
        guard !isStalled else { return }
        let now = clock.now
        for index in lines.indices {
            let served = lines[index].toServer.deliver(at: now)
            let answered = holdsAnswers || lines[index].toClient.deliver(at: now)
            if !served || !answered { lines[index].isBroken = true }
        }
        let over = lines.filter(\.isOver)
        guard !over.isEmpty else { return }
        lines.removeAll(where: \.isOver)
        end(over)
    }

    private mutating func cut() {
        let all = lines
        lines = []
        end(
            all.map { line in
                var broken = line
                broken.isBroken = true
                return broken
            })
    }

    private func end(_ lines: [Line]) {
        for line in lines {
            for descriptor in [line.toServer.from, line.toClient.from] {
                if line.isBroken { Sockets.reset(descriptor) } else { close(descriptor) }
            }
        }
    }
}
