import Glibc
import LocalServers
import TestSupport
import Testing

/// Runs of schedules, as timers and operators begin them.
@Suite("Schedules that are run") struct ScheduleTests {
    private static let schedules = "schedules: {look: {every: 7d, run: status}}\n"

    /// A fleet with a schedule, whose databases are migrated.
    private func withScheduledFleet(
        of count: Int = 1, _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withFleet(of: count, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            try fleet.write("fleet.yaml", try fleet.read("fleet.yaml") + Self.schedules)
            try await body(fleet, databases)
        }
    }

    /// A fleet whose one server takes connections and never answers.
    private func withSilentFleet(_ body: (FleetDirectory) async throws -> Void) async throws {
        try await withFleet { fleet in
            let (listener, port) = try Sockets.listen()
            defer { close(listener) }
            try fleet.write(
                "fleet.yaml",
                """
                fleet: silent
                defaults: {timeouts: {connect: 100s}, sslmode: disable, user: nobody}
                environments: {e: {targets: [{host: 127.0.0.1, port: \(port), database: d}]}}
                \(Self.schedules)
                """)
            try fleet.write("migrations/1_a.up.sql", "SELECT 1;")
            try await body(fleet)
        }
    }

    private func outcomes(_ fleet: FleetDirectory) async throws -> [String?] {
        try await fleet.json("schedule", "history")["runs"].elements.map { $0["state"].string }
    }

    @Test func `a run has the exit code and the output of its job, and is recorded`() async throws {
        try await withScheduledFleet(of: 2) { fleet, databases in
            let good = try await fleet.run("schedule", "run", "look")
            #expect(good.code == 0, "\(good.everything)")
            #expect(good.output == (try await fleet.run("status")).output)
            try await databases[1].psql("UPDATE schema_migrations SET dirty = true")
            #expect(try await fleet.run("schedule", "run", "look").code == 3)
            let document = try await fleet.json("schedule", "history", "look")
            #expect(document["runs"].elements.map { $0["exit_code"].integer } == [3, 0])
            #expect(
                document["runs"].elements.map { $0["summary"].string } == [
                    "2 targets: 1 current, 1 dirty", "2 targets: 2 current",
                ])
        }
    }

    @Test func `a check that finds drift ends with 4, and its summary is kept`() async throws {
        try await withScheduledFleet(of: 2) { fleet, databases in
            try fleet.write("fleet.yaml", try fleet.read("fleet.yaml").replacing("run: status", with: "run: check"))
            let good = try await fleet.json("schedule", "run", "look")
            #expect(good["exit_code"].integer == 0)
            #expect(good["result"]["summary"]["consistent"].integer == 2)
            try await databases[1].psql("CREATE TABLE extra ()")
            let result = try await fleet.run("schedule", "run", "look")
            #expect(result.code == 4, "\(result.everything)")
            #expect(result.output.contains("extra"), "\(result.output)")
            let run = try #require(try await fleet.json("schedule", "history")["runs"].elements.first)
            #expect(run["summary"].string == "2 targets: 1 consistent, 1 drift")
            #expect(try await fleet.json("check", "history")["checks"].elements.count == 2)
        }
    }

    @Test func `what is due runs once, and is said to be due next`() async throws {
        try await withScheduledFleet { fleet, _ in
            let before = try #require(try await fleet.json("schedule", "list")["schedules"].elements.first)
            #expect(before["due_since"].string != nil)
            #expect(before["last"] == .null)
            let first = try await fleet.json("schedule", "run", "look", "--if-due")
            #expect(first["ran"] == .bool(true))
            #expect(first["result"]["summary"]["current"].integer == 1)
            let second = try await fleet.run("schedule", "run", "look", "--if-due", "--output", "json")
            #expect(second.code == 0)
            #expect(try second.document()["ran"] == .bool(false))
            let after = try #require(try await fleet.json("schedule", "list")["schedules"].elements.first)
            #expect(after["due_since"] == .null)
            #expect(after["last"]["exit_code"].integer == 0)
            #expect(after["next_at"] == before["next_at"])
            #expect(try await outcomes(fleet) == ["ended"])
        }
    }

    @Test func `a run that a refusal ends is recorded, too`() async throws {
        try await withScheduledFleet { fleet, _ in
            try fleet.write("migrations/2_again.up.sql", "SELECT 1;")
            let result = try await fleet.run("schedule", "run", "look")
            #expect(result.code == 2)
            let run = try #require(try await fleet.json("schedule", "history")["runs"].elements.first)
            #expect(run["exit_code"].integer == 2)
            #expect(run["summary"].string?.contains("version 2") == true, "\(run)")
        }
    }

    @Test func `runs do not overlap, and one that is killed holds nothing`() async throws {
        try await withSilentFleet { fleet in
            let running = try fleet.start("schedule", "run", "look")
            try await eventually("it is recorded") { try await outcomes(fleet) == ["running"] }
            #expect(try await fleet.run("schedule", "run", "look").code == 1)
            // What is due is being done, so for a timer there is nothing to do.
            #expect(try await fleet.run("schedule", "run", "look", "--if-due").code == 0)
            running.signal(SIGKILL)
            #expect(try await running.wait().code == 137)
            #expect(try await outcomes(fleet) == ["lost"])
            let again = try fleet.start("schedule", "run", "look", "--if-due")
            try await eventually("it is made up for") { try await outcomes(fleet) == ["running", "lost"] }
            again.signal(SIGTERM)
            let result = try await again.wait()
            #expect(result.code == 130, "\(result.everything)")
            let run = try #require(try await fleet.json("schedule", "history")["runs"].elements.first)
            #expect(run["exit_code"].integer == 130)
        }
    }

    @Test func `a name that there is not is bad usage, with the nearest one`() async throws {
        try await withScheduledFleet { fleet, _ in
            for arguments in [
                ["run", "lok"], ["history", "lok"], ["systemd", "lok"], ["kubernetes", "lok", "--image", "i"],
            ] {
                let result = try await fleet.run(["schedule"] + arguments)
                #expect(result.code == 2)
                #expect(result.messages.contains("did you mean `look`?"), "\(result.messages)")
            }
        }
    }

    @Test func `a schedule is limited to its targets`() async throws {
        try await withScheduledFleet(of: 2) { fleet, databases in
            try fleet.write(
                "fleet.yaml",
                try fleet.read("fleet.yaml").replacing(
                    "run: status}", with: "run: status, targets: \"*/\(databases[1].name)\"}"))
            let document = try await fleet.json("schedule", "run", "look")
            #expect(document["result"]["targets"].elements.map { $0["database"].string } == [databases[1].name])
        }
    }

    @Test func `the documents have these keys`() async throws {
        try await withScheduledFleet { fleet, _ in
            let run = try await fleet.json("schedule", "run", "look")
            #expect(
                Set(run.shape().filter { !$0.hasPrefix("result") }) == [
                    "ended_at: string", "exit_code: number", "job: string", "next_at: string", "ran: bool",
                    "schedule: string", "schema_version: number", "started_at: string", "summary: string",
                ])
            let row = [
                "due_at: null", "ended_at: string", "exit_code: number", "job: string", "schedule: string",
                "started_at: string", "started_by: string", "state: string", "summary: string",
            ]
            let list = try await fleet.json("schedule", "list")
            #expect(
                list.shape()
                    == Set(
                        [
                            "schema_version: number", "schedules[].due_since: null", "schedules[].job: string",
                            "schedules[].next_at: string", "schedules[].schedule: string", "schedules[].when: string",
                        ] + row.map { "schedules[].last.\($0.replacing("due_at: null", with: "due_at: string"))" }))
            #expect(try await fleet.run("schedule", "run", "look").code == 0)
            let history = try await fleet.json("schedule", "history", "--limit", "1")
            #expect(history.shape() == Set(["schema_version: number"] + row.map { "runs[].\($0)" }))
        }
    }
}
