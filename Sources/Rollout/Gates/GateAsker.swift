import FleetModel
import Inventory
import Migrations
import Postgres

/// Asks the checks of one wave's gate, each of the targets that the wave changed or elsewhere, as the check says.
struct GateAsker: Sendable {
    /// How many targets are asked at once.
    static let width = 16

    /// The targets that the wave changed.
    let changed: [PlannedTarget]
    /// The numbers from before the wave.
    let baselines: [Baseline]
    let reach: @Sendable (TargetID) -> FleetTarget?
    let library: MigrationLibrary
    let secrets: Secrets
    private var resolver: SecretResolver { secrets.resolver }

    init(
        changed: [PlannedTarget], baselines: [Baseline], reach: @escaping @Sendable (TargetID) -> FleetTarget?,
        library: MigrationLibrary, secrets: Secrets
    ) {
        self.changed = changed
        self.baselines = baselines
        self.reach = reach
        self.library = library
        self.secrets = secrets
    }

    /// Asks a check once.
    ///
    /// - Returns: why it says no, or why there was no answer; nil for a yes.
    func objection(to check: GateCheck) async -> TargetFailure? {
        let limit = Duration.seconds(check.timeoutSeconds)
        switch check.question {
        case .sql(let text, let named):
            let question = SQLQuestion(sql: text, limit: limit)
            return await first(named) { target throws(TargetFailure) in
                try await question.objection(on: target, resolver)
            }
        case .increase(let text, let named, let bound):
            let question = SQLQuestion(sql: text, limit: limit)
            return await first(named) { target throws(TargetFailure) in
                let number = try await question.number(on: target, resolver)
                return try increase(of: number, on: target.target.id, check.name, bound)
            }
        case .replicationLag(let seconds):
            return await first(nil) { target throws(TargetFailure) in
                try await ReplicationLag(limit: seconds, time: limit).objection(on: target, resolver)
            }
        case .http(let address, let headers, let status, let text):
            return await HTTPQuestion(
                address: address, headers: headers, status: status, text: text, limit: limit
            ).objection(secrets)
        case .prometheus(let address, let query, let headers, let min, let max):
            return await MetricsQuestion(
                address: address, query: query, headers: headers, min: min, max: max, limit: limit
            ).objection(secrets)
        case .verifyFiles:
            return await first(nil) { target throws(TargetFailure) in
                try await verify(target, limit)
            }
        }
    }

    /// The numbers that the checks of a gate compare with.
    func numbers(for checks: [GateCheck]) async -> Result<[Baseline], TargetFailure> {
        var baselines: [Baseline] = []
        for check in checks {
            guard case .increase(let text, let named, _) = check.question else { continue }
            let question = SQLQuestion(sql: text, limit: .seconds(check.timeoutSeconds))
            let answers = await each(named) { target in
                do throws(TargetFailure) {
                    let value = try await question.number(on: target, resolver)
                    return Result<Baseline, TargetFailure>.success(
                        Baseline(check: check.name, target: target.target.id, value: value))
                } catch {
                    return .failure(error)
                }
            }
            switch answers {
            case .failure(let failure): return .failure(failure)
            case .success(let found):
                for answer in found {
                    switch answer {
                    case .success(let baseline): baselines.append(baseline)
                    case .failure(var failure):
                        failure.message = "\(check.name), before the wave: \(failure.message)"
                        return .failure(failure)
                    }
                }
            }
        }
        return .success(baselines)
    }

    private func increase(
        of number: Double, on target: TargetID, _ check: String, _ limit: GateQuestion.Increase
    ) throws(TargetFailure) -> TargetFailure? {
        guard let before = baselines.first(where: { $0.check == check && $0.target == target })?.value else {
            throw TargetFailure(kind: .probe, message: "there is no number of \(target) from before the wave")
        }
        guard number > limit.bound(after: before) else { return nil }
        return TargetFailure(
            kind: .probe, message: "\(target) answered \(number.short), after \(before.short) before the wave")
    }

    /// What the migrations of a target's route verify themselves with.
    private func verify(_ target: FleetTarget, _ limit: Duration) async throws(TargetFailure) -> TargetFailure? {
        guard let planned = changed.first(where: { $0.target.id == target.target.id }) else { return nil }
        let files: MigrationSet
        do {
            files = try library.files(of: target.access.source)
        } catch {
            throw TargetFailure(kind: .filesChanged, message: "\(error)")
        }
        for step in planned.route.steps where step.direction == .up {
            guard let file = files.migration(step.version)?.verification else { continue }
            let question = SQLQuestion(sql: file.text, limit: limit)
            if var failure = try await question.objection(on: target, resolver) {
                failure.message = "\(file.name): \(failure.message)"
                failure.remedy = "Run \(file.name) by hand to see why."
                return failure
            }
        }
        return nil
    }

    /// The first objection among the targets that a check is about.
    private func first(
        _ named: TargetID?, _ ask: @escaping @Sendable (FleetTarget) async throws(TargetFailure) -> TargetFailure?
    ) async -> TargetFailure? {
        let answers = await each(named) { target in
            do throws(TargetFailure) { return try await ask(target) } catch { return error }
        }
        return switch answers {
        case .success(let found): found.lazy.compactMap(\.self).first
        case .failure(let failure): failure
        }
    }

    /// Asks the targets that a check is about, some at once; the answers are in the targets' order.
    private func each<Answer: Sendable>(
        _ named: TargetID?, _ ask: @escaping @Sendable (FleetTarget) async -> Answer
    ) async -> Result<[Answer], TargetFailure> {
        var asked: [FleetTarget] = []
        for id in named.map({ [$0] }) ?? changed.map(\.target.id) {
            guard let target = reach(id) else {
                return .failure(
                    TargetFailure(
                        kind: .probe, message: "\(id) is not in the inventory, so it cannot be asked",
                        remedy: "Put it back, or correct the gate."))
            }
            asked.append(target)
        }
        return await withTaskGroup(of: (Int, Answer).self) { group in
            var answers: [Int: Answer] = [:]
            for (index, target) in asked.enumerated() {
                if index >= Self.width, let (done, answer) = await group.next() { answers[done] = answer }
                group.addTask(name: "ask \(target.target.id)") { (index, await ask(target)) }
            }
            for await (done, answer) in group { answers[done] = answer }
            return .success(asked.indices.compactMap { answers[$0] })
        }
    }
}

extension Double {
    /// Without a fraction where there is none.
    var short: String { self == rounded() && magnitude < 1e15 ? String(Int64(self)) : String(self) }
}
