import Glibc
import Migrations
import Postgres
import TestSupport

/// Where a migration is when it is hit.
enum Moment: String, CaseIterable, Sendable {
    /// The server has accepted the session, and pgfleet does not know it yet.
    case connect
    /// Someone else holds the migration lock.
    case lock
    /// The lock is held; nothing of the file was run.
    case beforeBody = "before the body"
    case inBody = "in the body"
    /// All statements were run; the version is being recorded.
    case beforeCommit = "before the commit"
    case inCommit = "in the commit"
    /// The server has committed, and pgfleet does not know it yet.
    case afterCommit = "after the commit"
}

/// What hits it.
enum Fault: String, CaseIterable, Sendable {
    case clientKilled = "client killed"
    case backendTerminated = "backend terminated"
    case backendKilled = "backend killed"
    case serverStopped = "server stopped"
    case networkCut = "network cut"

    /// Whether the server with all its databases goes down.
    var endsServer: Bool { self == .backendKilled || self == .serverStopped }
}

/// One moment, one fault, one kind of file.
struct Cell: CustomStringConvertible, Sendable {
    let moment: Moment
    let fault: Fault
    let isTransactional: Bool

    var description: String {
        "\(fault.rawValue) \(moment.rawValue), \(isTransactional ? "one transaction" : "statement by statement")"
    }

    /// How many statements version 2 has.
    var statements: Int { (moment == .inBody ? 3 : 2) + (isTransactional ? 0 : 1) }

    private static let wait = """
        WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'gate') LOOP PERFORM pg_sleep(0.02); END LOOP;
        """

    /// Applies version 1 and leaves version 2 to be hit, reached through the proxy.
    func prepare(_ fleet: FleetDirectory, _ database: TestDatabase, _ proxy: CountingProxy) async throws {
        var text = FleetText(production: [database])
        text.defaults = [
            "user: postgres", "sslmode: disable", "gssencmode: disable",
            "timeouts: {connect: 10s, lock: 30s, statement: 1m}", "lock_retry: {attempts: 1}",
        ]
        let body = [
            "CREATE TABLE a2 ();", isTransactional ? "" : "VACUUM t1;",
            moment == .inBody ? "DO $$ BEGIN \(Self.wait) END $$;" : "", "CREATE TABLE b2 ();",
        ]
        try fleet.write(
            text,
            Samples.table(1) + [
                "2_hit.up.sql": body.filter { !$0.isEmpty }.joined(separator: "\n"),
                "2_hit.down.sql": "DROP TABLE a2; DROP TABLE b2;",
            ])
        let first = try await fleet.run("migrate", "up", "1")
        guard first.code == 0 else { throw ToolError(first.everything) }
        text.environments[0].ports = [database.name: proxy.port]
        try fleet.write(text, [:])
        try await database.psql(
            """
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(Self.wait) RETURN NEW; END $$;
            \(trigger)
            """)
    }

    /// What makes the server wait at the moment, where it is one of the version table's.
    private var trigger: String {
        switch moment {
        case .connect, .lock, .inBody: ""
        case .beforeBody:
            isTransactional
                ? ""
                : """
                CREATE TRIGGER wait BEFORE INSERT ON schema_migrations FOR EACH ROW WHEN (NEW.dirty)
                EXECUTE FUNCTION wait()
                """
        case .beforeCommit:
            """
            CREATE TRIGGER wait BEFORE INSERT ON schema_migrations FOR EACH ROW WHEN (NOT NEW.dirty)
            EXECUTE FUNCTION wait()
            """
        case .inCommit, .afterCommit:
            """
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON schema_migrations DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NOT NEW.dirty) EXECUTE FUNCTION wait()
            """
        }
    }

    /// Returns when the moment has come.
    func reach(_ tool: RunningTool, _ database: TestDatabase, _ proxy: CountingProxy) async throws {
        switch moment {
        case .connect:
            try await database.waitForSession("state = 'idle'")
        case .lock:
            try await database.waitForSession("query LIKE '%pg_%advisory%'")
        case .beforeBody where isTransactional:
            try await eventually("the text of the migration") { proxy.hasMetText }
        case .beforeBody, .inBody, .beforeCommit, .inCommit:
            try await database.waitForSession("wait_event = 'PgSleep'")
        case .afterCommit:
            try await database.waitForSession("wait_event = 'PgSleep'")
            proxy.holdAnswers()
            try await database.openGate()
            try await eventually("the commit") { try await database.state().version == "2 clean" }
        }
    }
}

extension Cell {
    /// Sets up what holds the migration at its moment.
    ///
    /// - Returns: the session that holds the migration lock, where that is it.
    func arm(_ database: TestDatabase, _ proxy: CountingProxy) async throws -> Connection? {
        switch moment {
        case .connect:
            proxy.holdAnswers()
        case .lock:
            let holder = try await database.connect()
            let id = LockID(schema: "public", table: "schema_migrations", database: database.name)
            _ = try await holder.run("SELECT pg_advisory_lock(\(id.number))")
            return holder
        case .beforeBody where isTransactional:
            proxy.stall(atText: "CREATE TABLE a2")
        case .beforeBody, .inBody, .beforeCommit, .inCommit, .afterCommit:
            break
        }
        return nil
    }

    /// Lets the fault happen, and then everything go on that is left to go on.
    func strike(
        _ tool: RunningTool, _ database: TestDatabase, _ proxy: CountingProxy, _ holder: Connection?
    ) async throws {
        switch fault {
        case .clientKilled:
            tool.signal(SIGKILL)
        case .backendTerminated:
            try await database.psql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'pgfleet%'
                """)
        case .backendKilled:
            let connection = try await database.server.connect()
            let found = try await connection.query(
                """
                SELECT pid FROM pg_stat_activity
                WHERE datname = '\(database.name)' AND application_name LIKE 'pgfleet%'
                """)
            for process in found.rows.compactMap({ $0[0].flatMap { pid_t($0) } }) { kill(process, SIGKILL) }
            try await eventually("the server restarts") { await !connection.answers() }
            await connection.close()
        case .serverStopped:
            try await database.server.crash()
            try await database.server.restart()
        case .networkCut:
            proxy.cutConnections()
        }
        try await eventually("the server answers") { (try? await database.psql("SELECT 1")) == "1" }
        await holder?.close()
        proxy.resume()
        if moment != .afterCommit { try await database.openGate() }
    }
}

extension Connection {
    /// Whether the session is still there.
    fileprivate func answers() async -> Bool { (try? await query("SELECT 1", timeout: .seconds(30))) != nil }
}

extension TestDatabase {
    /// Waits until a session of pgfleet here is in this state.
    fileprivate func waitForSession(_ condition: String) async throws {
        let connection = try await server.connect()
        try await eventually("a session of pgfleet with \(condition)") {
            try await connection.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = '\(name)' AND application_name LIKE 'pgfleet%' AND \(condition)
                """
            ).firstValue != "0"
        }
        await connection.close()
    }
}
