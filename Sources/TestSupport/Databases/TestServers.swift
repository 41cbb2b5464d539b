import FoundationEssentials
import LocalServers

/// The servers of this test process: one that all tests share, and as many more as single tests ask for.
struct TestServers: Sendable {
    let binaries: PostgresBinaries
    let account: ServerAccount
    let directory: String
    /// A cluster that was initialised once and is copied for each further server: 0.1 s instead of 0.75 s.
    let template: LocalServer

    /// Commits stay synchronous: without fsync that costs nothing, and a crashed server must not lose them.
    static let settings = [
        "fsync": "off", "full_page_writes": "off", "autovacuum": "off",
        "max_connections": "300", "shared_buffers": "32MB", "max_wal_size": "256MB", "timezone": "UTC",
        "log_min_messages": "fatal", "log_min_error_statement": "panic",
    ]

    private static let once = Task { try await TestServers() }

    /// Made at the first use; a failure is every later caller's failure too.
    static func shared() async throws -> TestServers { try await once.value }

    private init() async throws {
        directory = try Watchdog.shared.get().directory
        account = try ServerAccount.current()
        // As scripts/test-versions says; otherwise what this machine has.
        let chosen = ProcessInfo.processInfo.environment["PGFLEET_TEST_POSTGRES"]
        binaries =
            if let chosen { try await PostgresBinaries.at(chosen) } else { try await PostgresBinaries.find() }
        template = LocalServer(directory: directory + "/template", binaries: binaries, account: account)
        try await template.create()
    }

    /// A new cluster in a directory of its own, stopped.
    func copy(named name: String) async throws -> LocalServer {
        let server = LocalServer(directory: "\(directory)/\(name)", binaries: binaries, account: account)
        try await Program("/bin/cp", ["-a", "--reflink=auto", template.directory, server.directory]).output()
        return server
    }

    /// A new server in a directory of its own, running.
    func start(named name: String, settings: [String: String] = [:]) async throws -> TestServer {
        let server = try await copy(named: name)
        guard let port = LoopbackPort.unused() else { throw TestServerError("no free port on 127.0.0.1") }
        let listening = Listening(port: port, socketDirectory: server.directory)
        let running = try await server.start(listening, settings: Self.settings.merging(settings) { $1 })
        return TestServer(server: server, listening: listening, running: running)
    }
}

/// The server that lends databases, started at the first test that needs one.
enum SharedServer {
    private static let once = Task { try await TestServers.shared().start(named: "shared") }
    static let places = Turnstile(width: 8)

    static func running() async throws -> TestServer { try await once.value }
}
