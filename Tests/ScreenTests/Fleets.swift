import FleetModel
import Rollout

@testable import Commands
@testable import Store

/// Plans, journals and screens for tests, as large and as hostile as asked for.
enum Fleets {
    /// Names as nobody should give them: escapes, markup, wide characters, direction marks, marks upon marks.
    static let hostile = [
        "red \u{1B}[31m and \u{7} bell", "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>",
        "数据库東京大阪名古屋札幌",
        "e\u{301}\u{302}\u{303}tage", "\u{202E}gnorw", "👩‍👩‍👧‍👦 family ❤️", "two\nlines\rhere", "tab\there",
        String(repeating: "long-", count: 60), "&amp; & so on", "",
    ]

    static func target(_ name: String, host: String = "h1", environment: String = "production") -> Target {
        Target(
            id: TargetID(rawValue: "\(environment)/\(host)/\(name)"), environment: environment,
            endpoint: HostEndpoint(host: host, port: 5432), hostName: host, database: name)
    }

    static func planned(_ target: Target, title: String = "t") -> PlannedTarget {
        PlannedTarget(
            target: target,
            route: Route(
                from: 8,
                steps: [
                    MigrationStep(
                        version: 9, title: title, direction: .up, from: 8, to: 9, checksum: "ab", isTransactional: true)
                ]),
            back: Route(
                from: 9,
                steps: [
                    MigrationStep(
                        version: 9, title: title, direction: .down, from: 9, to: 8, checksum: "cd",
                        isTransactional: true)
                ]))
    }

    /// A plan with waves of so many targets on ten hosts.
    static func plan(
        _ sizes: [Int], name: (Int) -> String = { "db\($0)" }, rules: EnvironmentRules = EnvironmentRules(),
        gate: PlannedGate = PlannedGate(), terms: PlanTerms = PlanTerms(), environment: String = "production"
    ) -> Plan {
        var next = 0
        let waves = sizes.enumerated().map { index, size in
            let targets = (0..<size).map { _ in
                defer { next += 1 }
                return planned(
                    target("\(name(next))", host: "h\(next % 10)", environment: environment), title: name(next))
            }
            return PlannedWave(name: "wave \(index)\(name(index))", gate: gate, targets: targets)
        }
        return Plan(
            fleet: "shop", goal: .latest,
            environments: [PlannedEnvironment(name: environment, rules: rules, waves: waves)], terms: terms)
    }

    static let me = Operator(user: "ann", machine: "m", process: 1)
    static let good = TargetReport(before: VersionState(version: 8), after: VersionState(version: 9))

    static func bad(_ message: String) -> TargetReport {
        TargetReport(
            before: VersionState(version: 8), after: VersionState(version: 8),
            failure: TargetFailure(
                kind: .sql, message: message,
                place: .init(file: message, line: 1, column: 1, statement: 1, statements: 2, excerpt: message),
                sqlState: "42P07", hint: message, consequence: message, remedy: message))
    }

    /// A journal of these events, a second apart, from 1,000,000 s after 1970 on.
    static func journal(_ events: [RolloutEvent]) -> [JournaledEvent] {
        events.enumerated().map { index, event in
            JournaledEvent(sequence: Int64(index + 1), milliseconds: 1_000_000_000 + Int64(index) * 1000, event: event)
        }
    }

    static func record(_ plan: Plan, _ events: [RolloutEvent]) -> RolloutRecord {
        RolloutRecord(
            id: RolloutID(rawValue: "20261126-181910-abcd"), createdMilliseconds: 1_000_000_000, createdBy: me,
            plan: plan,
            journal: journal(events), holder: nil)
    }

    /// The screen after these events, some seconds after the last one.
    static func screen(
        _ plan: Plan, _ events: [RolloutEvent], sights others: [GateSight] = [], notices: [String] = [],
        after seconds: Double = 0
    ) -> RolloutScreen {
        let journal = journal(events)
        var sights = RolloutSights()
        for entry in journal { sights.take(entry.event, at: entry.seconds) }
        let now = (journal.last?.seconds ?? 0) + seconds
        for sight in others { sights.take(sight, at: now) }
        for notice in notices { sights.note(notice, at: now) }
        let machine = RolloutMachine(plan: plan, journal: journal)
        return RolloutScreen(
            id: RolloutID(rawValue: "20261126-181910-abcd"), machine: machine, sights: sights,
            census: RolloutCensus(machine), timeLeft: TimeLeft(plan: plan), openings: OpeningTimes(), now: now)
    }
}

extension RolloutScreen {
    /// What it shows, without colours.
    func text(width: Int = 80, height: Int = 24) -> [String] {
        lines(width: width, height: height).map { $0.text(.plain) }
    }
}

extension Plan {
    var first: WaveID { WaveID(environment: 0, wave: 0) }

    /// The targets of its first wave.
    var firstTargets: [TargetID] { environments[0].waves[0].targets.map(\.target.id) }
}
