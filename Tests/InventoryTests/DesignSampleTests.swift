import FleetModel
import Testing

@testable import Inventory

@Suite("The fleet.yaml that the design shows") struct DesignSampleTests {
    let fleet: Fleet

    init() throws { fleet = try Fleet(yaml: Samples.design, file: "/etc/shop/fleet.yaml") }

    @Test func `paths are relative to the file's folder`() {
        #expect(fleet.name == "shop")
        #expect(fleet.migrations == "/etc/shop/migrations")
        #expect(fleet.store == .sqlite("/etc/shop/.pgfleet/state.sqlite"))
        #expect(fleet.warnings.isEmpty)
    }

    @Test func `environments are in the order of a rollout with their rules`() throws {
        #expect(fleet.environments.map(\.name) == ["staging", "production"])
        let production = try #require(fleet.environments.last)
        #expect(production.after == ["staging"])
        #expect(production.policy.approval == ApprovalRule())
        #expect(production.concurrency == 16)
        #expect(production.perHost == 2)
        #expect(production.policy.onFailure == .rollback)
        #expect(production.policy.maxFailures == .count(0))
        #expect(
            production.waves == [
                WaveRule(
                    name: "canary", share: .match(["tier": "canary"]),
                    gate: PlannedGate(
                        bakeSeconds: 600,
                        checks: [
                            GateCheck(
                                name: "probe",
                                question: .sql(text: "select count(*) < 5 from app_errors", target: nil))
                        ])),
                WaveRule(name: "early", share: .percent(25), gate: PlannedGate(bakeSeconds: 300)),
                WaveRule(name: "rest", share: .rest),
            ])
    }

    @Test func `targets have their names, labels and inherited settings`() throws {
        let targets = fleet.targets
        #expect(
            targets.map(\.target.id.rawValue) == [
                "staging/db.staging.example/shop", "production/eu-1.example/shop_eu",
            ])
        let canary = try #require(targets.last)
        #expect(canary.target.labels == ["tier": "canary", "region": "eu"])
        #expect(canary.target.endpoint == HostEndpoint(host: "eu-1.example", port: 5432))
        #expect(canary.access.connectTimeout == ConnectTimeout(.seconds(5)))
        #expect(canary.access.rules.lockTimeout == LockTimeout(.seconds(2)))
        #expect(canary.access.rules.statementTimeout == StatementTimeout(.seconds(900)))
        #expect(
            canary.access.rules.lockRetry
                == LockRetry(attempts: 10, initial: .milliseconds(250), max: .seconds(30)))
        #expect(canary.access.rules.versionTable == "schema_migrations")
    }

    @Test func `connection settings are complete once secrets are looked up`() async throws {
        let access = try #require(fleet.targets.first?.access)
        let resolver = SecretResolver(environment: ["PGFLEET_PASSWORD": "s3cret"])
        let keywords = try await access.resolved(with: resolver)
        #expect(
            keywords == [
                "host": "db.staging.example", "port": "5432", "dbname": "shop", "user": "migrator",
                "password": "s3cret", "sslmode": "verify-full",
            ])
    }

    @Test func `a host with a query becomes a discovery on the postgres database`() throws {
        let discovery = try #require(fleet.environments.last?.discoveries.first)
        #expect(discovery.sql == "select datname from pg_database where datname ~ '^tenant_'")
        #expect(discovery.access.database == "postgres")
        #expect(discovery.hostName == "us-1.example")
        #expect(discovery.place.line == 27)
    }

    @Test func `schedules and alerts are values`() throws {
        let nightly = try #require(fleet.schedules.first)
        #expect(nightly.name == "nightly")
        #expect(nightly.job == .check)
        #expect(nightly.timing == .cron(try CronExpression(parsing: "30 2 * * *"), zone: "UTC"))
        #expect(nightly.selector.isAll)
        #expect(fleet.alerts.first?.events == [.dirty, .drift, .rolloutFailed])
        #expect(fleet.alerts.first?.webhook.isReference == true)
    }
}
