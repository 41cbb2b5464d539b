import FleetModel

/// Plans for the tests of the machine: as many environments and waves as asked for, every target from 8 to 9.
enum Plans {
    static func target(_ name: String, host: String = "h1", environment: String = "production") -> Target {
        Target(
            id: TargetID(rawValue: "\(environment)/\(host)/\(name)"), environment: environment,
            endpoint: HostEndpoint(host: host, port: 5432), hostName: host, database: name)
    }

    /// - Parameter limits: of the first step, the second and so on, up and down alike.
    static func planned(_ target: Target, steps: Int = 1, limits: [StepLimits?] = []) -> PlannedTarget {
        let versions = (0...UInt64(steps)).map { Version(8 + $0) }
        func step(_ index: Int, _ direction: Direction) -> MigrationStep {
            let (low, high) = (versions[index], versions[index + 1])
            return MigrationStep(
                version: high ?? 0, title: "t", direction: direction, from: direction == .up ? low : high,
                to: direction == .up ? high : low, checksum: "", isTransactional: true,
                limits: index < limits.count ? limits[index] : nil)
        }
        let indices = Array(0..<steps)
        return PlannedTarget(
            target: target, route: Route(from: 8, steps: indices.map { step($0, .up) }),
            back: Route(from: versions[steps], steps: indices.reversed().map { step($0, .down) }))
    }

    static func environment(
        _ name: String = "production", waves: [[Target]], concurrency: Int = 16, perHost: Int = 2,
        onFailure: FailurePolicy = .rollback, maxFailures: Int? = 0, approval: Bool = false, bake: Double? = nil,
        planned: (Target) -> PlannedTarget = { Plans.planned($0) }
    ) -> PlannedEnvironment {
        PlannedEnvironment(
            name: name,
            rules: EnvironmentRules(
                concurrency: concurrency, perHost: perHost, onFailure: onFailure, maxFailures: maxFailures,
                approval: approval ? ApprovalRule(allowsRequester: true) : nil),
            waves: waves.enumerated().map { index, targets in
                PlannedWave(
                    name: "wave \(index + 1)", gate: PlannedGate(bakeSeconds: bake), targets: targets.map(planned))
            })
    }

    static func plan(_ environments: PlannedEnvironment...) -> Plan {
        Plan(fleet: "shop", goal: .latest, environments: environments)
    }
}

extension TargetReport {
    static let succeeded = TargetReport(before: VersionState(version: 8), after: VersionState(version: 9))
    static let reverted = TargetReport(before: VersionState(version: 9), after: VersionState(version: 8))
    static let failedClean = failed(.sql, after: VersionState(version: 8))
    static let failedDirty = failed(.sql, after: VersionState(version: 9, isDirty: true))
    static let deferred = failed(.deferred, after: VersionState(version: 8))
    static let unreachable = TargetReport(
        before: nil, after: nil, failure: TargetFailure(kind: .unreachable, message: "no answer"))
    static let lost = TargetReport(
        before: VersionState(version: 8), after: nil, failure: TargetFailure(kind: .connectionLost, message: "lost"))

    static func failed(_ kind: TargetFailure.Kind, after: VersionState?) -> TargetReport {
        TargetReport(
            before: VersionState(version: 8), after: after, failure: TargetFailure(kind: kind, message: "failed"))
    }
}
