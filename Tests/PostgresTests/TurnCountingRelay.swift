import Foundation
import Synchronization

/// Stands between a client and the server, and holds the server's answers back until the client has fallen silent: each
/// time is a turn that the client had to wait for, a round trip.
final class TurnCountingRelay: Sendable {
    let listener = SilentListener()
    private let count = Atomic(0)

    /// Turns since the start.
    var turns: Int { count.load(ordering: .relaxed) }

    /// Takes one connection, on a thread of its own.
    init(to port: Int) {
        let thread = Thread { [self] in
            let client = listener.accept()
            let server = connectToLoopback(port)
            while forward(from: client, to: server, silence: 60) >= 0 {
                guard
                    forward(from: server, to: client, silence: 60, first: { self.count.add(1, ordering: .relaxed) })
                        >= 0
                else { break }
            }
            close(client)
            close(server)
        }
        thread.start()
    }

    /// - Returns: how many bytes came before the silence; -1 at the end of the connection.
    private func forward(from source: Int32, to target: Int32, silence: Int32, first: () -> Void = {}) -> Int {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var total = 0
        while true {
            var poll = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
            guard Foundation.poll(&poll, 1, silence) > 0 else { return total }
            let count = recv(source, &bytes, bytes.count, 0)
            guard count > 0 else { return -1 }
            if total == 0 { first() }
            total += count
            _ = send(target, bytes, count, Int32(MSG_NOSIGNAL))
        }
    }
}
