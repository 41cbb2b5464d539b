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
                    "summary.unreachable: number", "targets[].database: string", "targets[].dirty: bool",
                    "targets[].environment: string", "targets[].error: null", "targets[].host: string",
                    "targets[].pending[]: number", "targets[].schema: null", "targets[].state: string",
                    "targets[].target: string", "targets[].version: null",
                ])
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let row = try #require(try await fleet.json("status")["targets"].elements.first)
            #expect(
                row
                    == .object([
                        "database": .string(databases[0].name), "dirty": .bool(false),
                        "environment": .string("production"), "error": .null,
                        "host": .string("127.0.0.1:\(databases[0].server.port)"), "pending": .array([]),
                        "schema": .null, "state": .string("current"), "target": .string(databases[0].target()),
                        "version": .number(2),
                    ]))
        }
    }

    private static let planned: Set<String> = [
        "plan.environments[].concurrency: number", "plan.environments[].max_failures: number",
        "plan.environments[].name: string", "plan.environments[].on_failure: string",
        "plan.environments[].per_host: number", "plan.environments[].requires_approval: bool",
        "plan.environments[].waves[].name: string",
    ]

    @Test func `plan`() async throws {
        try await withFleet(of: 2, Samples.table(1)) { fleet, databases in
            try await databases[1].adopt(1, isDirty: true)
            let result = try await fleet.run("plan", "--output", "json")
            #expect(result.code == 3)
            let document = try result.document()
            #expect(document["schema_version"].integer == 1)
            #expect(document["plan"]["fleet"].string == "shop")
            #expect(document.shape().isSuperset(of: Self.planned), "\(document.shape().sorted())")
            #expect(document["problems"].elements.map { $0["kind"].string } == ["dirty"])
            #expect(document["problems"].elements.map { $0["target"].string } == [databases[1].target()])
            let step = try #require(
                document["plan"]["environments"].elements.first?["waves"].elements.first?["targets"].elements.first?[
                    "route"]["steps"].elements.first)
            #expect(
                step.shape().isSuperset(of: [
                    "direction: string", "is_transactional: bool", "title: string", "version: number",
                ]), "\(step.shape().sorted())")
            expectSnakeCase(document)
        }
    }

    @Test func `rollout, show and list`() async throws {
        try await withFleet(of: 2, Samples.table(1)) { fleet, databases in
            try await databases[1].psql("CREATE TABLE t1 ()")
            let result = try await fleet.run("rollout", "--yes", "--output", "json")
            #expect(result.code == 6)
            let document = try result.document()
            let common: Set<String> = [
                "accounts.changed: number", "accounts.failed: number", "accounts.in_flight: number",
                "accounts.not_started: number", "accounts.rolled_back: number", "accounts.unchanged: number",
                "goal: string", "rollout: string", "schema_version: number", "status: string",
                "targets[].account: string", "targets[].dirty: bool", "targets[].environment: string",
                "targets[].failure: null", "targets[].from: null", "targets[].target: string", "targets[].to: number",
                "targets[].version: null", "targets[].wave: string",
            ]
            let failure: Set<String> = [
                "targets[].failure.consequence: string", "targets[].failure.kind: string",
                "targets[].failure.message: string", "targets[].failure.place.column: number",
                "targets[].failure.place.file: string", "targets[].failure.place.line: number",
                "targets[].failure.sql_state: string",
            ]
            #expect(document.shape().isSuperset(of: common.union(failure)), "\(document.shape().sorted())")
            expectSnakeCase(document)

            let show = try await fleet.json("rollout", "show")
            #expect(show.shape().isSuperset(of: common.union(failure)))
            #expect(
                show.shape().isSuperset(of: [
                    "events[].at: string", "events[].event: string", "events[].sequence: number",
                ]))
            #expect(show["events"].elements.first?["event"].string == "started")
            expectSnakeCase(show)

            let list = try await fleet.json("rollout", "list")
            #expect(list["rollouts"].elements.count == 1)
            #expect(
                list.shape().isSuperset(of: [
                    "rollouts[].created_at: string", "rollouts[].goal: string", "rollouts[].rollout: string",
                    "rollouts[].started_by: string", "rollouts[].status: string", "schema_version: number",
                ]), "\(list.shape().sorted())")
            #expect(list["rollouts"].elements.first?["status"].string == "rolled_back")
            expectSnakeCase(list)
        }
    }

    @Test func `targets and validate`() async throws {
        try await withFleet(of: 1, Samples.two + ["stray.sql": "SELECT 1"]) { fleet, _ in
            let targets = try await fleet.json("targets")
            #expect(
                targets.shape() == [
                    "schema_version: number", "targets[].database: string", "targets[].environment: string",
                    "targets[].host: string", "targets[].host_name: string", "targets[].labels{}",
                    "targets[].port: number", "targets[].schema: null", "targets[].target: string",
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

    private func expectSnakeCase(_ document: JSON) {
        for path in document.shape() {
            let keys = path.prefix { $0 != ":" }
            #expect(keys == keys.lowercased(), "\(path)")
        }
    }
}
