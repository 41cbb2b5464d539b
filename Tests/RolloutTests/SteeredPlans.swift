import FleetModel
import TestSupport

/// Random plans with all that operators and clocks have a say in.
enum SteeredPlans {
    static func plan(_ random: inout SeededGenerator) -> Plan {
        let environments = (0..<Int.random(in: 1...3, using: &random)).map { number in
            environment("e\(number)", &random)
        }
        return Plan(
            fleet: "steered", goal: .latest, environments: environments,
            terms: PlanTerms(
                maxFailures: random.chance(of: 4) ? Int.random(in: 0...3, using: &random) : nil, hooks: hooks(&random)))
    }

    private static func environment(_ name: String, _ random: inout SeededGenerator) -> PlannedEnvironment {
        let rules = EnvironmentRules(
            concurrency: Int.random(in: 1...5, using: &random), perHost: Int.random(in: 1...3, using: &random),
            onFailure: FailurePolicy.allCases.randomElement(using: &random) ?? .rollback,
            maxFailures: [0, 1, 2, nil].randomElement(using: &random) ?? 0,
            inFlight: random.chance(of: 3) ? .cancel : .finish, retries: Int.random(in: 0...2, using: &random),
            approval: random.chance(of: 3) ? ApprovalRule(allowsRequester: true) : nil,
            startTimes: random.chance(of: 3)
                ? StartTimes(windows: [MaintenanceWindow(days: [.mon], from: 0, to: 60, zone: "UTC")]) : nil,
            hooks: hooks(&random), hostHooks: hooks(&random).map { ["h1": $0] })
        let waves = (0..<Int.random(in: 1...3, using: &random)).map { wave in
            PlannedWave(
                name: "w\(wave)", gate: gate(&random),
                maxFailures: random.chance(of: 4) ? Int.random(in: 0...2, using: &random) : nil, hooks: hooks(&random),
                targets: (0..<Int.random(in: 1...5, using: &random)).map { place in
                    let host = "h\(Int.random(in: 0..<3, using: &random))"
                    return Plans.planned(Plans.target("w\(wave)t\(place)", host: host, environment: name))
                })
        }
        return PlannedEnvironment(name: name, rules: rules, waves: waves)
    }

    private static func gate(_ random: inout SeededGenerator) -> PlannedGate {
        let check = GateCheck(
            name: "steady", question: .increase(text: "SELECT 1", target: nil, limit: .amount(1)))
        return PlannedGate(
            bakeSeconds: random.chance(of: 2) ? 1 : nil, checks: random.chance(of: 3) ? [check] : [],
            approval: random.chance(of: 5) ? ApprovalRule(allowsRequester: true) : nil)
    }

    private static func hooks(_ random: inout SeededGenerator) -> HookSet? {
        guard random.chance(of: 4) else { return nil }
        func some(_ random: inout SeededGenerator) -> [Hook] {
            (0..<Int.random(in: 0...2, using: &random)).map { Hook(name: "h\($0)", action: .command(line: "true")) }
        }
        return HookSet(before: some(&random), after: some(&random))
    }
}
