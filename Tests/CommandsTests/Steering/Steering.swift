import TestSupport

extension FleetDirectory {
    /// The names of the last rollout's events so far, in order.
    func events() async throws -> [String] {
        try await json("rollout", "show")["events"].elements.compactMap { $0["event"].string }
    }

    /// Waits until the last rollout's journal has so many events of a name.
    func wait(for event: String, times: Int = 1) async throws {
        // There is none before the rollout is recorded.
        try await eventually("\(times) \(event)") { ((try? await events()) ?? []).count { $0 == event } >= times }
    }

    /// Runs the program as someone.
    func run(as user: String, _ arguments: String...) async throws -> ToolResult {
        try await run(arguments, environment: ["PGFLEET_OPERATOR": user])
    }
}

extension Samples {
    /// Version 1 with a table; its down waits until the test makes the table `back`.
    static let gatedBack =
        table(1) + [
            "1_make_t1.down.sql": """
            DO $$ BEGIN
              WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'back') LOOP PERFORM pg_sleep(0.02); END LOOP;
            END $$;
            DROP TABLE t1; DROP TABLE back;
            """
        ]

    /// Version 1 with a table, which fails where the table `bad` is, and else waits for the database's gate.
    static let gatedOrBad = table(
        1,
        before: """
            DO $$ BEGIN
              WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'gate') LOOP
                IF EXISTS (SELECT FROM pg_class WHERE relname = 'bad') THEN RAISE EXCEPTION 'bad'; END IF;
                PERFORM pg_sleep(0.02);
              END LOOP;
            END $$;

            """)
}
