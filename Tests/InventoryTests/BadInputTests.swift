import Testing

@testable import Inventory

/// A mistake in an environment's body, and what is said about it. The body begins in line 4, column 5.
struct Mistake: CustomTestStringConvertible {
    let body: String
    let message: String
    var testDescription: String { message }

    init(_ body: String, _ message: String) {
        self.body = body
        self.message = message
    }
}

@Suite("Mistakes in fleet.yaml") struct BadInputTests {
    static let target = "targets: [{host: a, database: shop}]\n"

    static let environmentMistakes = [
        Mistake(
            target + "concurency: 3",
            "fleet.yaml:5:5: environments.production: unknown key `concurency`; did you mean `concurrency`?"),
        Mistake(
            target + "waves:\n  - {percent: 5}\n  - {percent: lots}",
            "fleet.yaml:7:19: environments.production.waves[1].percent: expected a number from 0 to 100, found \"lots\""
        ),
        Mistake(
            target + "waves: [{percent: 120}]",
            "fleet.yaml:5:23: environments.production.waves[0].percent: expected a number from 0 to 100, found \"120\""),
        Mistake(
            target + "waves: [{percent: 25}, {percent: 25}]",
            "fleet.yaml:5:28: environments.production.waves[1]: `percent` counts the waves before as well, so it must "
                + "rise: after 25 comes more than 25, not 25"),
        Mistake(
            target + "waves: [{percent: 25, count: 3}]",
            "fleet.yaml:5:13: environments.production.waves[0]: `count` and `percent` exclude each other; "
                + "a wave has at most one of them"),
        Mistake(
            target + "waves: [{name: a}, {name: b, count: 1}]",
            "fleet.yaml:5:24: environments.production.waves[1]: nothing is left for this wave: `a` takes all the rest"),
        Mistake(
            target + "waves: [{match: {tier: canary}}]",
            "fleet.yaml:5:21: environments.production.waves[0].match: no target of this environment has the label "
                + "\"tier=canary\""),
        Mistake(
            target + "waves: [{name: a, count: 1}, {name: a}]",
            "fleet.yaml:5:34: environments.production.waves[1]: two waves are called `a`"),
        Mistake(
            target + "waves: []",
            "fleet.yaml:5:12: environments.production.waves: the list of waves is empty; "
                + "leave `waves` out for the default"),
        Mistake(
            target + "waves: [{count: 1, bake: 10}]",
            "fleet.yaml:5:30: environments.production.waves[0].bake: \"10\" has no unit; write for example `10s`"),
        Mistake(
            target + "waves: [{count: 1, bake: soon}]",
            "fleet.yaml:5:30: environments.production.waves[0].bake: expected a duration from 0 to 30d, like 250ms, "
                + "2s, 15m or 1h30m, found \"soon\""),
        Mistake(
            target + "on_failure: rolback",
            "fleet.yaml:5:17: environments.production.on_failure: expected one of rollback, rollback_wave, halt, "
                + "continue, found \"rolback\"; did you mean `rollback`?"),
        Mistake(
            target + "concurrency: 0",
            "fleet.yaml:5:18: environments.production.concurrency: expected a whole number from 1 to 10000, "
                + "found \"0\""),
        Mistake(
            target + "per_host: [2]",
            "fleet.yaml:5:15: environments.production.per_host: expected a whole number from 1 to 1000, found a list"),
        Mistake(
            target + "approval: maybe",
            "fleet.yaml:5:15: environments.production.approval: expected `required`, `none`, or a map with count, from and "
                + "allow_requester, found \"maybe\""),
        Mistake(
            target + "after: stagin",
            "fleet.yaml:5:12: environments.production.after: no environment is called `stagin`; known: `production`"),
        Mistake(
            target + "after: production",
            "fleet.yaml:5:12: environments.production.after: environments wait for each other in a circle: "
                + "production → production"),
        Mistake(
            target + "timeouts: {lok: 2s}",
            "fleet.yaml:5:16: environments.production.timeouts: unknown key `lok`; did you mean `lock`?"),
        Mistake(
            target + "lock_retry: {initial: 5s, max: 1s}",
            "fleet.yaml:5:17: environments.production.lock_retry: `initial` (5s) is longer than `max` (1s)"),
        Mistake(
            target + "layout: golang_migrate",
            "fleet.yaml:5:13: environments.production.layout: expected one of golang-migrate, dbmate, flyway, goose, "
                + "found \"golang_migrate\"; did you mean `golang-migrate`?"),
        Mistake(
            target + "migrations_table: a\nx-migrations-table: b",
            "fleet.yaml:6:25: environments.production.x-migrations-table: `migrations_table` and "
                + "`x-migrations-table` are the same; keep one"),
        Mistake(
            target + "x-migrations-table: plain\nx-migrations-table-quoted: true",
            "fleet.yaml:5:25: environments.production.x-migrations-table: with `x-migrations-table-quoted` it begins "
                + "and ends with a double quote, like \"migrate\".\"schema_migrations\""),
        Mistake(
            target + "x-migrations-table: '\"a\".\"b\".\"c\"'\nx-migrations-table-quoted: true",
            "fleet.yaml:5:25: environments.production.x-migrations-table: it has 3 quoted parts; a table has at most "
                + "two, schema and table"),
        Mistake(
            target + "x-migrations-table-quoted: true",
            "fleet.yaml:5:32: environments.production.x-migrations-table-quoted: this belongs to "
                + "`x-migrations-table`, and there is none here"),
        Mistake(
            target + "history: maybe",
            "fleet.yaml:5:14: environments.production.history: expected on or off, found \"maybe\""),
        Mistake(
            target + "damage_guard: {per_try: 30}",
            "fleet.yaml:5:19: environments.production.damage_guard: `per_try` (30) is more than `per_run` (20)"),
        Mistake(
            target + "damage_guard: never",
            "fleet.yaml:5:19: environments.production.damage_guard: expected on, off, or a map with per_try and "
                + "per_run, found \"never\""),
        Mistake(
            target + "long_transactions: {acton: wait}",
            "fleet.yaml:5:25: environments.production.long_transactions: unknown key `acton`; did you mean `action`?"),
        Mistake(
            target + "long_transactions: wiat",
            "fleet.yaml:5:24: environments.production.long_transactions: expected one of show, wait, refuse, ignore, "
                + "found \"wiat\"; did you mean `wait`?"),
        Mistake(
            target + "lost_sessions: kill",
            "fleet.yaml:5:20: environments.production.lost_sessions: expected one of wait, end, found \"kill\""),
        Mistake(
            target + "sslmode: verify-fulll",
            "fleet.yaml:5:14: environments.production.sslmode: expected one of disable, allow, prefer, require, "
                + "verify-ca, verify-full, found \"verify-fulll\"; did you mean `verify-full`?"),
        Mistake(
            target + "replication: database",
            "fleet.yaml:5:18: environments.production.replication: migrations need an ordinary connection; "
                + "leave `replication` out"),
        Mistake(
            "concurrency: 3",
            "fleet.yaml:4:5: environments.production: the environment has no targets; write `targets:` or `hosts:`"),
    ]

    static let entryMistakes = [
        Mistake(
            "targets: [{host: a}]",
            "fleet.yaml:4:15: environments.production.targets[0]: the entry names no database; write `database`, "
                + "`databases` or `discover`"),
        Mistake(
            "targets: [{database: shop}]",
            "fleet.yaml:4:15: environments.production.targets[0]: the entry has no `host`"),
        Mistake(
            "targets: {host: a, database: shop}",
            "fleet.yaml:4:14: environments.production.targets: expected a list of entries like "
                + "{host: db.example, database: shop}, found a map"),
        Mistake(
            "targets: [\"postgres://u:secret@a/shop\"]",
            "fleet.yaml:4:15: environments.production.targets[0]: expected a map like {host: db.example, "
                + "database: shop}, found text"),
        Mistake(
            "targets: [{host: \"postgres://u:secret@a/shop\", database: shop}]",
            "fleet.yaml:4:22: environments.production.targets[0].host: expected a host alone; write user, password "
                + "and database under their own keys"),
        Mistake(
            "targets: [{host: \"a:6432\", database: shop}]",
            "fleet.yaml:4:22: environments.production.targets[0].host: a host has no port in it; write `host: a` and "
                + "`port: 6432`"),
        Mistake(
            "targets: [{host: a, port: 70000, database: shop}]",
            "fleet.yaml:4:31: environments.production.targets[0].port: expected a whole number from 1 to 65535, "
                + "found \"70000\""),
        Mistake(
            "targets: [{host: a, database: shop, databases: [b]}]",
            "fleet.yaml:4:52: environments.production.targets[0].databases: `database` and `databases` exclude each "
                + "other; put all names into `databases`"),
        Mistake(
            "targets: [{host: a, discover: select 1, databases: [b]}]",
            "fleet.yaml:4:56: environments.production.targets[0].databases: `databases` and `discover` exclude each "
                + "other"),
        Mistake(
            "targets: [{host: a, databases: \"t_{5..1}\"}]",
            "fleet.yaml:4:36: environments.production.targets[0].databases: the range runs backwards: 5..1"),
        Mistake(
            "targets: [{host: a, databases: \"t_{1..200000}\"}]",
            "fleet.yaml:4:36: environments.production.targets[0].databases: the range has more than 100000 numbers"),
        Mistake(
            "targets: [{host: a, databases: \"t_{1..100000}\"}, {host: b, database: x}]",
            "fleet.yaml:4:54: environments.production.targets[1]: the fleet has more than 100000 targets"),
        Mistake(
            "targets: [{host: a, database: \"t_{1..2}\"}]",
            "fleet.yaml:4:35: environments.production.targets[0].database: `database` is one name; a range is "
                + "written under `databases`"),
        Mistake(
            "targets: [{host: a, database: \"${env:DB}\"}]",
            "fleet.yaml:4:35: environments.production.targets[0].database: a reference (`${…}`) cannot be used here: "
                + "the target is named after it"),
        Mistake(
            "targets:\n  - {host: a, database: shop}\n  - {host: A, port: 5432, database: shop}",
            "fleet.yaml:6:9: environments.production.targets[1]: the target \"production/A/shop\" is there twice, "
                + "first as \"production/a/shop\" in line 5, column 9"),
        Mistake(
            "hosts:\n  - {name: x, host: a, database: shop}\n  - {name: x, host: b, database: shop}",
            "fleet.yaml:6:9: environments.production.hosts[1]: the host `x` is there twice, first in line 5"),
        Mistake(
            "targets:\n  - {name: x, host: a, database: shop}\n  - {name: x, host: b, database: other}",
            "fleet.yaml:6:9: environments.production.targets[1]: the host `x` is b:5432 here and a:5432 in line 5"),
        Mistake(
            "hosts: [{name: x, host: a}]\ntargets: [{host: x, port: 5433, database: shop}]",
            "fleet.yaml:5:31: environments.production.targets[0].port: `host` names a host of this environment; its "
                + "`port` is written there"),
        Mistake(
            "targets: [{host: a, database: shop, labels: [canary]}]",
            "fleet.yaml:4:49: environments.production.targets[0].labels: expected a map of labels, like "
                + "{tier: canary}, found a list"),
        Mistake(
            "targets: [{host: a, database: shop, enabled: yes}]",
            "fleet.yaml:4:50: environments.production.targets[0].enabled: expected true or false, found \"yes\""),
        Mistake(
            "targets: [{host: a, database: \"x\\e[2J\"}]",
            "fleet.yaml:4:35: environments.production.targets[0].database: a database name has no control characters"),
        Mistake(
            "targets:\n  - {host: /a/b, database: c}\n  - {host: /a, database: b, schema: c}",
            "fleet.yaml:6:9: environments.production.targets[1]: two targets are called \"production//a/b/c\", the "
                + "other one is in line 5, column 9; give their hosts different names"),
        Mistake(
            "targets: [{host: a, database: shop, enabled: \"\\e[2J\"}]",
            "fleet.yaml:4:50: environments.production.targets[0].enabled: expected true or false, found \"\\u{1b}[2J\""),
        Mistake(
            "targets: [{host: a, database: }]",
            "fleet.yaml:4:35: environments.production.targets[0].database: expected a database name, found nothing"),
        Mistake(
            "targets: [{host: a, database: shop, user: [x]}]",
            "fleet.yaml:4:47: environments.production.targets[0].user: expected text, found a list"),
        Mistake(
            "targets: [{host: a, database: shop, pasword: hunter2}]",
            "fleet.yaml:4:41: environments.production.targets[0]: unknown key `pasword`; did you mean `password`?"),
    ]

    static let fileMistakes = [
        Mistake("", "fleet.yaml:1:1: the file is empty; it begins with `fleet: NAME`"),
        Mistake("- a", "fleet.yaml:1:1: expected a map, found a list"),
        Mistake(
            "fleet: [", "fleet.yaml:2:1: did not find expected node content (while parsing a flow node, from line 2)"),
        Mistake("fleet: a\n---\nfleet: b", "fleet.yaml:2:1: a second document begins here; a fleet is one document"),
        Mistake(
            "fleet: !secret x",
            "fleet.yaml:1:8: a tag (`!…`) is not used in this file; put quotes around a value that begins with `!`"),
        Mistake(
            "fleet: *hunter2",
            "fleet.yaml:1:8: an alias to an anchor that is not defined before it; put quotes around a value that "
                + "begins with `*`"),
        Mistake("fleet: a\n? [x]\n: y", "fleet.yaml:2:3: a key must be text"),
        Mistake("fleet: a", "fleet.yaml:1:1: the fleet has no `environments`"),
        Mistake("fleet: a\nenvironments: {}", "fleet.yaml:2:15: environments: the fleet has no environments"),
        Mistake(
            "fleet: a\nfleet: b\nenvironments: {e: {targets: [{host: a, database: b}]}}",
            "fleet.yaml:2:1: the key `fleet` is there twice, first in line 1, column 1"),
        Mistake(
            "fleet: a\nstore: mysql://x\nenvironments: {e: {targets: [{host: a, database: b}]}}",
            "fleet.yaml:2:8: store: expected the path of a SQLite file, or an address that begins with postgres://"),
        Mistake(
            "fleet: a\nalerts: [{webhook: secret-token, on: [dirt]}]\n"
                + "environments: {e: {targets: [{host: a, database: b}]}}",
            "fleet.yaml:2:20: alerts[0].webhook: expected an address that begins with https:// or http://"),
        Mistake(
            "fleet: a\nschedules: {n: {cron: 61 * * * *, run: check}}\n"
                + "environments: {e: {targets: [{host: a, database: b}]}}",
            "fleet.yaml:2:23: schedules.n.cron: the minute \"61\" is not from 0 to 59"),
        schedule("cron: 0 0 31 2 *, run: check", "23: schedules.n.cron: there is no such day in any year"),
        schedule("run: check", "16: schedules.n: the schedule has no `cron` and no `every`"),
        schedule(
            "cron: 0 0 * * *, every: 6h, run: check",
            "41: schedules.n.every: a schedule has `cron` or `every`, not both"),
        schedule(
            "cron: 0 0 * * *, timezone: Europe/Berln, run: check",
            "44: schedules.n.timezone: expected a time zone like Europe/Berlin or UTC, found \"Europe/Berln\"; did you mean "
                + "`Europe/Berlin`?"),
        schedule(
            "every: 6h, timezone: UTC, run: check",
            "38: schedules.n.timezone: a time zone belongs to `cron`; what is due `every` so often counts from 00:00 UTC"
        ),
        schedule(
            "every: 10s, run: check",
            "24: schedules.n.every: expected a duration from 1m to 7d, like 250ms, 2s, 15m or 1h30m, found \"10s\""),
        schedule("every: 90s, run: check", "24: schedules.n.every: expected whole minutes, like 15m or 6h"),
        schedule(
            "every: 6h, run: checks",
            "33: schedules.n.run: expected one of check, status, found \"checks\"; did you mean `check`?"),
        schedule(
            "every: 6h, run: check, environments: [f]",
            "55: schedules.n.environments[0]: no environment is called `f`; did you mean `e`?"),
        schedule("every: 6h, run: check, targets: []", "49: schedules.n.targets: the list is empty"),
        schedule(
            "every: 6h, run: check, envronments: e",
            "40: schedules.n: unknown key `envronments`; did you mean `environments`?"),
        Mistake(
            "fleet: a\ndefaults: {password: \"${vault:x}\"}\nenvironments: {e: {targets: [{host: a, database: b}]}}",
            "fleet.yaml:2:22: defaults.password: a reference begins with `env:`, `file:` or `command:`"),
        Mistake(
            "fleet: a\ndefaults: {password: \"${hunter2\"}\nenvironments: {e: {targets: [{host: a, database: b}]}}",
            "fleet.yaml:2:22: defaults.password: `${` has no closing `}`; text that is not a reference is written "
                + "`$${`"),
    ]

    /// A mistake in a schedule `n`, and its message from the column on.
    private static func schedule(_ body: String, _ message: String) -> Mistake {
        Mistake(
            "fleet: a\nschedules: {n: {\(body)}}\nenvironments: {e: {targets: [{host: a, database: b}]}}",
            "fleet.yaml:2:\(message)")
    }

    @Test(arguments: environmentMistakes) func `a mistake in an environment is named with its place`(mistake: Mistake) {
        #expect(Samples.problems(Samples.production(mistake.body)) == [mistake.message])
    }

    @Test(arguments: entryMistakes) func `a mistake in a target is named with its place`(mistake: Mistake) {
        #expect(Samples.problems(Samples.production(mistake.body)) == [mistake.message])
    }

    @Test(arguments: fileMistakes) func `a mistake in the file is named with its place`(mistake: Mistake) {
        #expect(Samples.problems(mistake.body).first == mistake.message)
    }

    @Test func `all mistakes are reported in one reading, in the order of the file`() {
        let problems = Samples.problems(
            """
            flet: shop
            defaults: {sslmod: require, timeouts: {lock: 2}}
            environments:
              a: {after: b, concurrency: many, targets: [{host: x, database: y}]}
              b: {after: [c], targets: [{host: x, database: z}, {host: "", database: w}]}
              c: {after: a, targets: [{host: x, database: y}]}
            """)
        #expect(
            problems.map { $0.prefix { $0 != " " } } == [
                "fleet.yaml:1:1:", "fleet.yaml:1:1:", "fleet.yaml:2:12:", "fleet.yaml:2:46:", "fleet.yaml:4:30:",
                "fleet.yaml:5:60:", "fleet.yaml:6:14:", "fleet.yaml:6:27:",
            ])
        #expect(problems[6].hasSuffix("environments wait for each other in a circle: a → b → c → a"))
        #expect(problems[7].hasSuffix("the target \"c/x/y\" is there twice, first as \"a/x/y\" in line 4, column 46"))
    }

    @Test func `ten thousand equal mistakes are cut to a readable number`() {
        let entries = (0..<10_000).map { "  - {host: a, database: d\($0), usr: x}\n" }.joined()
        let error = #expect(throws: InventoryError.self) {
            try Fleet(yaml: "fleet: shop\nenvironments:\n e:\n  targets:\n" + entries)
        }
        #expect(error?.problems.count == 100)
        #expect(error?.omitted == 9900)
        #expect(error?.description.hasSuffix("\nand 9900 more") == true)
    }

    @Test func `no secret is part of an error or a warning`() {
        let texts = [
            "defaults: {password: [hunter2]}", "defaults: {password: {hunter2: x}}", "defaults: {password: *hunter2}",
            "defaults: {password: \"${hunter2}\"}", "defaults: {password: \"a\\0hunter2\"}",
            "store: \"https://u:hunter2@x\"", "alerts: [{webhook: hunter2, on: dirty}]",
            "defaults: {\"p hunter2\": x}", "defaults: {password: !hunter2 x}", "defaults: {password: 'hunter2}",
            "defaults: {host: \"u:hunter2@x\"}",
        ]
        for text in texts {
            let problems = Samples.problems("fleet: a\n\(text)\n")
            #expect(!problems.isEmpty)
            #expect(!problems.joined().contains("hunter2"), "\(text)")
        }
    }

    @Test func `a secret written into the file is loaded with a warning that does not show it`() throws {
        let fleet = try Fleet(
            yaml: Samples.production("password: hunter2\n" + Self.target), file: "/x/fleet.yaml")
        #expect(fleet.warnings.map(\.place.path) == ["environments.production.password"])
        var dumped = ""
        dump(fleet, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!"\(fleet)".contains("hunter2"))
        #expect(!String(reflecting: fleet).contains("hunter2"))
    }
}
