import Glibc
import Synchronization

/// What the proxy's thread and the tests share.
final class ProxyState: Sendable {
    enum Order: Sendable {
        case cut, stall, resume, stop
        /// Hold back what servers send.
        case holdAnswers
        /// Hold everything back from the moment a client sends this.
        case stallAtText([UInt8])
    }

    struct Counts: Sendable {
        var roundTrips = 0
        /// Bytes that servers have sent.
        var answered = 0
        var connections = 0
        /// Whether the text came that everything is held back for.
        var hasMetText = false
    }

    let counts = Mutex(Counts())
    /// Becomes readable when there are orders.
    let bell: Int32
    private let ringer: Int32
    private let orders = Mutex<[Order]>([])

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw TestServerError("cannot make a socket pair")
        }
        (bell, ringer) = (ends[0], ends[1])
    }

    deinit {
        close(bell)
        close(ringer)
    }

    func send(_ order: Order) {
        orders.withLock { $0.append(order) }
        var signal: UInt8 = 1
        Glibc.send(ringer, &signal, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// All orders since the last call; blocks only until the bell that was heard is read.
    func takeOrders() -> [Order] {
        var signals = [UInt8](repeating: 0, count: 64)
        recv(bell, &signals, signals.count, Int32(MSG_DONTWAIT))
        return orders.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
