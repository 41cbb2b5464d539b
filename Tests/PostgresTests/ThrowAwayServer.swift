import Dispatch
import FleetModel
import Foundation
import Postgres

/// A private PostgreSQL for this suite, started once and stopped when the test process ends, however it ends.
///
/// Local sockets trust everyone; TCP on the loopback wants a SCRAM password. Data live in a temporary directory.
struct ThrowAwayServer: Sendable {
    let directory: String
    let port: Int

    static let plain = Task { try await start(encrypted: false) }
    static let crowded = Task { try await start(encrypted: false) }
    static let encrypted = Task { try await start(encrypted: true) }

    /// What a test runs on unless it says otherwise.
    static func connect(
        _ keywords: [String: String] = [:], onNotice: (@Sendable (Notice) -> Void)? = nil
    ) async throws -> Connection {
        let settings = try await plain.value.local.merging(ConnectionSettings(keywords: keywords))
        return try await Connection.open(settings, timeout: ConnectTimeout(.seconds(20)), onNotice: onNotice)
    }

    var local: ConnectionSettings {
        ConnectionSettings(keywords: [
            "host": directory, "port": String(port), "user": "tester", "dbname": "postgres",
        ])
    }

    var network: ConnectionSettings {
        local.merging(ConnectionSettings(keywords: ["host": "127.0.0.1", "password": Self.password]))
    }

    /// Opens many sessions at once.
    func connections(_ count: Int) async throws -> [Connection] {
        try await withThrowingTaskGroup(of: Connection.self) { group in
            for _ in 0..<count {
                group.addTask { try await Connection.open(network, timeout: ConnectTimeout(.seconds(60))) }
            }
            var connections: [Connection] = []
            for try await connection in group { connections.append(connection) }
            return connections
        }
    }

    /// Sends a signal to one of the server's processes.
    func signal(_ number: Int32, _ process: Int32) { _ = kill(process, number) }

    static let password = "correct-horse-7Q"

    private static func start(encrypted: Bool) async throws -> ThrowAwayServer {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try startBlocking(encrypted: encrypted) })
            }
        }
    }

    private static func startBlocking(encrypted: Bool) throws -> ThrowAwayServer {
        let directory = "/tmp/pgfleet-test-\(UUID().uuidString.prefix(8))"
        let port = freePort()
        let ssl =
            encrypted
            ? """
            openssl req -new -x509 -days 2 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost \
            -out data/server.crt -keyout data/server.key 2>/dev/null; chmod 600 data/server.key; echo "ssl=on" >>data/postgresql.conf
            """ : ""
        // The server stays until the pipe on standard input closes, which the kernel does for a killed process too.
        let script = """
            set -e
            bin=${PGFLEET_TEST_POSTGRES:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
            [ -n "$bin" ] || bin=$(pg_config --bindir)
            mkdir \(directory); cd \(directory)
            if [ "$(id -u)" = 0 ]; then chown postgres .; as="setpriv --reuid=postgres --regid=postgres --init-groups"; fi
            echo \(password) >password; chmod 644 password
            $as $bin/initdb --no-sync -D data -U tester -A scram-sha-256 --auth-local=trust --pwfile=password \
            -E UTF8 --locale=C >/dev/null
            cat >>data/postgresql.conf <<END
            listen_addresses='127.0.0.1'
            port=\(port)
            unix_socket_directories='\(directory)'
            max_connections=400
            fsync=off
            full_page_writes=off
            autovacuum=off
            END
            export directory=\(directory)
            $as sh -ec '\(ssl.isEmpty ? ":" : ssl)'
            $as $bin/postgres -D data >log 2>&1 & server=$!
            for try in $(seq 200); do $bin/pg_isready -q -h \(directory) -p \(port) && break; sleep 0.05; done
            echo ready
            read line || true
            kill -QUIT $server; wait $server || true
            rm -rf \(directory)
            """
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", script]
        let (input, output) = (Pipe(), Pipe())
        shell.standardInput = input
        shell.standardOutput = output
        try shell.run()
        lifelines.withLock { $0.append(input) }
        guard String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).contains("ready") else {
            throw CocoaError(.executableLoad)
        }
        return ThrowAwayServer(directory: directory, port: port)
    }

    private static let lifelines = Lifelines()

    /// Keeps the pipes open.
    private final class Lifelines: @unchecked Sendable {
        private let lock = NSLock()
        private var pipes: [Pipe] = []
        func withLock(_ body: (inout [Pipe]) -> Void) { lock.withLock { body(&pipes) } }
    }
}

/// A TCP port of the loopback that nothing listens on.
func freePort() -> Int {
    let listener = SilentListener()
    defer { listener.close() }
    return listener.port
}

/// A listening socket that takes connections in the kernel and never says a word.
struct SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = listen(descriptor, 8)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Takes one connection; blocks.
    func accept() -> Int32 { Glibc.accept(descriptor, nil, nil) }

    /// Takes one connection and closes it as soon as something has come over it; waits on a thread of its own.
    func acceptAndHangUp() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let peer = accept()
                var bytes: [UInt8] = Array(repeating: 0, count: 64)
                _ = recv(peer, &bytes, bytes.count, 0)
                _ = Glibc.close(peer)
                continuation.resume()
            }
        }
    }
}

/// A TCP connection to a port of the loopback.
func connectToLoopback(_ port: Int) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return descriptor
}
