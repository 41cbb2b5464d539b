import FleetModel
import Testing

@testable import Inventory

@Suite("How migrations behave, as fleet.yaml says it") struct RulesTests {
    /// The rules of a target whose entry has these keys, below `defaults` with those.
    func rules(defaults: String = "", _ entry: String = "") throws -> TargetRules {
        let fleet = try Fleet(
            yaml: """
                fleet: f
                defaults: {\(defaults)}
                environments: {e: {targets: [{host: h, database: d\(entry.isEmpty ? "" : ", ")\(entry)}]}}
                """)
        return try #require(fleet.targets.first).access.rules
    }

    @Test func `nothing said is golang-migrate's layout with pgfleet's defaults`() throws {
        #expect(try rules() == TargetRules())
    }

    @Test(arguments: Layout.allCases) func `a layout brings its own version table`(layout: Layout) throws {
        let rules = try rules("layout: \(layout.rawValue)")
        #expect(rules.layout == layout)
        #expect(rules.versionTable == layout.versionTable)
    }

    @Test func `a table that is named stays when the layout changes below`() throws {
        let rules = try rules(defaults: "migrations_table: versions", "layout: goose")
        #expect(rules.layout == .goose)
        #expect(rules.versionTable == "versions")
    }

    @Test func `a layout of the defaults gives way to the one below, and so does its table`() throws {
        #expect(try rules(defaults: "layout: flyway", "layout: dbmate").versionTable == "schema_migrations")
    }

    @Test(
        arguments: [
            ("other.t", nil, "other.t"), ("Über \"x\"", nil, "Über \"x\""),
        ] as [(String, String?, String)])
    func `without quotes x-migrations-table is one identifier`(text: String, schema: String?, table: String) throws {
        let rules = try rules("x-migrations-table: '\(text)'")
        #expect(rules.versionTableSchema == schema)
        #expect(rules.versionTable == table)
    }

    @Test(
        arguments: [
            ("\"t\"", nil, "t"), ("\"s\".\"t\"", "s", "t"), ("\"a.b\"", nil, "a.b"), ("\"s\"\"t\"", "s", "t"),
            ("\"s\" and \"t\"", "s", "t"),
        ] as [(String, String?, String)])
    func `with quotes its parts are what stands between them`(text: String, schema: String?, table: String) throws {
        let rules = try rules("x-migrations-table: '\(text)', x-migrations-table-quoted: true")
        #expect(rules.versionTableSchema == schema)
        #expect(rules.versionTable == table)
    }

    @Test(arguments: ["\"", "\"\"", "\"s\".\"\"", "s.t", "\"a\".\"b\".\"c\""])
    func `what names no table with quotes is an error`(text: String) {
        #expect(throws: InventoryError.self) {
            try rules("x-migrations-table: '\(text)', x-migrations-table-quoted: true")
        }
    }

    @Test func `every rule is read, and overrides the level above key by key`() throws {
        let rules = try rules(
            defaults: """
                lock_retry: {attempts: 5, budget: 90s}, damage_guard: {per_try: 3, per_run: 9}, history: off, \
                long_transactions: {action: wait, older_than: 5m}, set_role: owner, lost_sessions: end
                """,
            """
            timeouts: {lock_wait: 0}, lock_retry: {max: 5s}, damage_guard: {per_run: 8}, progress: off, \
            long_transactions: refuse, invalid_indexes: keep, old_locks: on
            """)
        var wanted = TargetRules()
        wanted.lockWait = .zero
        wanted.lockRetry = LockRetry(attempts: 5, initial: .seconds(1), max: .seconds(5), budget: .seconds(90))
        wanted.damageGuard = DamageGuard(perTry: 3, perRun: 8)
        wanted.longTransactions = LongTransactions(action: .refuse, olderThan: .seconds(300))
        wanted.role = "owner"
        wanted.takesOldLocks = true
        wanted.keepsHistory = false
        wanted.keepsProgress = false
        wanted.rebuildsInvalidIndexes = false
        wanted.endsLostSessions = true
        #expect(rules == wanted)
    }

    @Test func `the damage guard is switched off above and on below`() throws {
        #expect(try rules("damage_guard: off").damageGuard == nil)
        #expect(try rules(defaults: "damage_guard: off", "damage_guard: on").damageGuard == .standard)
        #expect(try rules(defaults: "damage_guard: {per_try: 1}", "damage_guard: on").damageGuard?.perTry == 1)
    }
}
