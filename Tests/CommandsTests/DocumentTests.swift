import TestSupport
import Testing

/// The keys and types of the JSON documents, which are a contract: a test that fails here breaks someone's scripts.
@Suite("JSON documents") struct DocumentTests {
    @Test func `status`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let before = try await fleet.json("status")
            #expect(
                before.shape() == [
                    "schema_version: number", "summary.ahead: number", "summary.behind: number",
                    "summary.current: number", "summary.dirty: number", "summary.targets: number",
                    "summary.unreachable: number", "targets[].at_work: null", "targets[].database: string",
                    "targets[].dirty: bool", "targets[].environment: string", "targets[].error: null",
                    "targets[].findings[]", "targets[].host: string",
                    "targets[].pending[]: number", "targets[].progress: null", "targets[].schema: null",
                    "targets[].state: string",
                    "targets[].target: string", "targets[].version: null",
                ])
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let row = try #require(try await fleet.json("status")["targets"].elements.first)
            #expect(
                row
                    == .object([
                        "at_work": .null, "database": .string(databases[0].name), "dirty": .bool(false),
                        "environment": .string("production"), "error": .null, "findings": .array([]),
                        "host": .string("127.0.0.1:\(databases[0].server.port)"), "pending": .array([]),
                        "progress": .null,
                        "schema": .null, "state": .string("current"), "target": .string(databases[0].target()),
                        "version": .number(2),
                    ]))
        }
    }

    private static func planShape(_ place: String) -> String {
        """
        \(place).checksum: string
        \(place).direction: string
        \(place).is_transactional: bool
        \(place).title: string
        \(place).version: number
        """
    }

    @Test func `plan`() async throws {
        try await withFleet(of: 2, Samples.table(1)) { fleet, databases in
            try await databases[1].adopt(1, isDirty: true)
            let result = try await fleet.run("plan", "--output", "json")
            #expect(result.code == 3)
            let document = try result.document()
            #expect(document["schema_version"].integer == 1)
            #expect(document["plan"]["goal"].string == "latest")
            #expect(document["problems"].elements.map { $0["kind"].string } == ["dirty"])
            #expect(document["problems"].elements.map { $0["target"].string } == [databases[1].target()])
            let wave = "plan.environments[].waves[]"
            expect(
                document,
                """
                at_work[]
                plan.environments[].rules.concurrency: number
                plan.environments[].rules.max_failures: number
                plan.environments[].name: string
                plan.environments[].rules.on_failure: string
                plan.environments[].rules.per_host: number
                plan.environments[].rules.in_flight: string
                plan.environments[].rules.retries: number
                plan.environments[].rules.retry_delay_seconds: number
                \(wave).gate{}
                \(wave).name: string
                \(wave).targets[].back.from: number
                \(wave).targets[].back.steps[].from: number
                \(wave).targets[].back.steps[].hazards[]: string
                \(Self.planShape("\(wave).targets[].back.steps[]"))
                \(Self.planShape("\(wave).targets[].route.steps[]"))
                \(wave).targets[].route.steps[].to: number
                \(wave).targets[].route.to: number
                \(wave).targets[].target.database: string
                \(wave).targets[].target.endpoint.host: string
                \(wave).targets[].target.endpoint.port: number
                \(wave).targets[].target.environment: string
                \(wave).targets[].target.host_name: string
                \(wave).targets[].target.id: string
                \(wave).targets[].target.labels{}
                plan.fleet: string
                plan.goal: string
                plan.override: null
                problems[].hazard: null
                problems[].kind: string
                problems[].message: string
                problems[].place: null
                problems[].target: string
                problems[].targets: number
                saved: null
                schema_version: number
                warnings[].hazards[]: string
                warnings[].kind: string
                warnings[].message: string
                warnings[].place.column: number
                warnings[].place.excerpt: string
                warnings[].place.file: string
                warnings[].place.line: number
                warnings[].place.statement: number
                warnings[].place.statements: number
                warnings[].targets: number
                warnings[].version: number
                """)
        }
    }

    private static let rollout = """
        accounts.changed: number
        accounts.deferred: number
        accounts.failed: number
        accounts.in_flight: number
        accounts.not_started: number
        accounts.rolled_back: number
        accounts.skipped: number
        accounts.unchanged: number
        allowed[]
        goal: string
        rollout: string
        schema_version: number
        status: string
        targets[].account: string
        targets[].dirty: bool
        targets[].environment: string
        targets[].failure.consequence: string
        targets[].failure.kind: string
        targets[].failure.message: string
        targets[].failure.place.column: number
        targets[].failure.place.excerpt: string
        targets[].failure.place.file: string
        targets[].failure.place.line: number
        targets[].failure.place.statement: number
        targets[].failure.place.statements: number
        targets[].failure.remedy: string
        targets[].failure.sql_state: string
        \(planShape("targets[].failure.step"))
        targets[].failure.step.to: number
        targets[].failure: null
        targets[].from: null
        targets[].target: string
        targets[].to: number
        targets[].version: null
        targets[].wave: string
        """

    @Test func `rollout, show and list`() async throws {
        try await withFleet(of: 2, Samples.table(1)) { fleet, databases in
            try await databases[1].psql("CREATE TABLE t1 ()")
            let result = try await fleet.run("rollout", "--yes", "--output", "json")
            #expect(result.code == 6)
            expect(try result.document(), Self.rollout)

            let show = try await fleet.json("rollout", "show")
            guard case .object(var members) = show else { throw ToolError("no object") }
            members["events"] = nil
            let events = show["events"].elements
            expect(.object(members), Self.rollout)
            #expect(
                events.map { $0["event"].string } == [
                    "started", "wave_started", "target_started", "step_finished", "target_finished", "target_started",
                    "target_finished", "halted", "rollback_started", "revert_started", "revert_finished", "ended",
                ])
            #expect(events.compactMap { $0["sequence"].integer } == Array(1...events.count))
            #expect(events.compactMap { $0["at"].string }.count == events.count)
            expect(
                try #require(events.first),
                """
                at: string
                by.machine: string
                by.process: number
                by.user: string
                event: string
                sequence: number
                """)
            expect(
                try #require(events.last),
                """
                at: string
                event: string
                outcome: string
                sequence: number
                """)

            let list = try await fleet.json("rollout", "list")
            expect(
                list,
                """
                rollouts[].accounts.changed: number
                rollouts[].accounts.deferred: number
                rollouts[].accounts.failed: number
                rollouts[].accounts.in_flight: number
                rollouts[].accounts.not_started: number
                rollouts[].accounts.rolled_back: number
                rollouts[].accounts.skipped: number
                rollouts[].accounts.unchanged: number
                rollouts[].created_at: string
                rollouts[].goal: string
                rollouts[].rollout: string
                rollouts[].started_by: string
                rollouts[].status: string
                schema_version: number
                """)
            #expect(list["rollouts"].elements.map { $0["status"].string } == ["rolled_back"])
        }
    }

    @Test func `a rollout with nothing to do`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let again = try await fleet.run("rollout", "--output", "json")
            #expect(again.code == 0, "no question is asked where there is nothing to do")
            let document = try again.document()
            #expect(document["rollout"] == .null)
            #expect(document["status"].string == "succeeded")
            #expect(document["accounts"]["unchanged"].integer == 1)
            #expect(try await fleet.json("rollout", "list")["rollouts"].elements.count == 1)
        }
    }

    @Test func `targets and validate`() async throws {
        try await withFleet(of: 1, Samples.two + ["stray.sql": "SELECT 1"]) { fleet, _ in
            let targets = try await fleet.json("targets")
            #expect(
                targets.shape() == [
                    "schema_version: number", "targets[].database: string", "targets[].environment: string",
                    "targets[].host: string", "targets[].host_name: string", "targets[].hosts[].host: string",
                    "targets[].hosts[].port: number", "targets[].labels{}", "targets[].port: number",
                    "targets[].schema: null", "targets[].target: string",
                ])
            let findings = try await fleet.json("validate")
            #expect(
                findings.shape() == [
                    "discoveries: number", "environments: number", "findings[].file: string",
                    "findings[].kind: string", "findings[].message: string", "fleet: string", "migrations: number",
                    "schema_version: number", "targets: number",
                ])
        }
    }

    @Test func `migrate`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            let migrated = try await fleet.json("migrate", "up")
            #expect(
                migrated.shape() == [
                    "dirty: bool", "failure: null", "from: null", "schema_version: number",
                    "steps[].direction: string", "steps[].seconds: number", "steps[].title: string",
                    "steps[].version: number", "target: string", "version: number",
                ])
            let forced = try await fleet.json("migrate", "force", "1", "--yes")
            #expect(
                forced.shape().isSuperset(of: [
                    "schema_version: number", "target: string",
                ]))
            let create = try await fleet.json("migrate", "create", "add_mail", "--seq")
            #expect(create["files"].elements.count == 2)
            #expect(fleet.exists("migrations/000003_add_mail.up.sql"))
        }
    }

    @Test func `nothing but the document is on standard output, also of a refusal`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let result = try await fleet.run("rollout", "--yes", "--output", "json", "--verbose")
            #expect(result.code == 0)
            _ = try result.document()
            #expect(result.messages.contains(databases[0].name), "progress is on standard error")
            try await databases[0].psql("UPDATE schema_migrations SET dirty = true")
            let refused = try await fleet.run("rollout", "--yes", "--to", "1", "--output", "json")
            #expect(refused.code == 3)
            #expect(try refused.document()["problems"].elements.count == 1)
            try await databases[0].psql("UPDATE schema_migrations SET dirty = false")
            let wrong = try await fleet.run("rollout", "--yes", "--to", "9", "--output", "json")
            #expect(wrong.code == 2)
            #expect(wrong.output.isEmpty)
        }
    }

    private func expect(
        _ document: JSON, _ shape: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let wanted = Set(shape.split(separator: "\n").map(String.init))
        let found = document.shape()
        #expect(found.subtracting(wanted) == [], "more than is promised", sourceLocation: sourceLocation)
        #expect(wanted.subtracting(found) == [], "less than is promised", sourceLocation: sourceLocation)
    }
}
