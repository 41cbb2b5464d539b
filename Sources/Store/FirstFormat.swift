import FleetModel
import GRDB

/// What the first format of the store held, brought to the form of the second one.
enum FirstFormat {
    private struct OldPlan: Decodable {
        struct OldEnvironment: Decodable {
            let name: String
            let concurrency, perHost: Int
            let onFailure: FailurePolicy
            let maxFailures: Int?
            let requiresApproval: Bool
            let waves: [OldWave]
        }

        struct OldWave: Decodable {
            let name: String
            let bakeSeconds: Double?
            let probe: String?
            let targets: [PlannedTarget]
        }

        let fleet: String
        let goal: Goal
        let environments: [OldEnvironment]

        var plan: Plan {
            Plan(
                fleet: fleet, goal: goal,
                environments: environments.map { old in
                    PlannedEnvironment(
                        name: old.name,
                        rules: EnvironmentRules(
                            concurrency: old.concurrency, perHost: old.perHost, onFailure: old.onFailure,
                            maxFailures: old.maxFailures,
                            approval: old.requiresApproval ? ApprovalRule(allowsRequester: true) : nil),
                        waves: old.waves.map { wave in
                            PlannedWave(
                                name: wave.name,
                                gate: PlannedGate(
                                    bakeSeconds: wave.bakeSeconds,
                                    checks: wave.probe.map {
                                        [GateCheck(name: "probe", question: .sql(text: $0, target: nil))]
                                    } ?? []),
                                targets: wave.targets)
                        })
                })
        }
    }

    /// Rewrites the plans, and the events about approvals.
    static func upgrade(_ database: Database) throws {
        for row in try Row.fetchAll(database, sql: "SELECT id, plan FROM rollout") {
            let old: OldPlan = try JournalCoding.value(row["plan"])
            try database.execute(
                sql: "UPDATE rollout SET plan = ? WHERE id = ?",
                arguments: [try JournalCoding.text(old.plan), row["id"] as String])
        }
        try database.execute(
            sql: """
                UPDATE event
                SET body = json_set(json_remove(body, '$.environment'), '$.scope', json_extract(body, '$.environment'))
                WHERE json_extract(body, '$.event') IN ('approval_awaited', 'approved')
                """)
    }
}
