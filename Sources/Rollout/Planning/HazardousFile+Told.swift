import FleetModel
import Migrations

extension [HazardousFile] {
    /// What stands against the plan: hazards on the way up that were not allowed, each once for a file.
    func problems(allowing allowed: Set<Hazard>) -> [PlanProblem] {
        filter { !$0.isBack && $0.step.direction == .up }.flatMap { file in
            file.step.hazards.filter { !allowed.contains($0) }.compactMap { hazard in
                let found = file.hazards.filter { $0.hazard == hazard }
                return found.first.map { first in
                    PlanProblem(
                        hazard: hazard, targets: file.targets,
                        failure: .hazard(first, others: found.count - 1, step: file.step, targets: file.targets))
                }
            }
        }
    }

    /// What should be known: what the way down does, and what a rollback would lose. One for a file.
    var warnings: [PlanWarning] {
        compactMap { file in
            guard file.isBack || file.step.direction == .down else { return nil }
            let told = file.isBack ? file.hazards.filter(\.hazard.losesData) : file.hazards
            guard let first = told.first else { return nil }
            let actions = told.map(\.action)
            let rest = actions.count > 3 ? ", and \(actions.count - 3) more" : ""
            return PlanWarning(
                kind: file.isBack ? .rollbackLosesData : .downHazard, version: file.step.version,
                message: "\(file.way) \(actions.prefix(3).joined(separator: ", "))\(rest)",
                hazards: file.step.hazards.filter { hazard in told.contains { $0.hazard == hazard } },
                place: first.place, targets: file.targets)
        }
    }
}

extension HazardousFile {
    /// How the plan comes to the file.
    fileprivate var way: String {
        switch (isBack, step.direction) {
        case (false, _): "going down over \(step.version)"
        case (true, .down): "a rollback over \(step.version)"
        case (true, .up): "a rollback, which applies \(step.version) again,"
        }
    }
}

extension TargetFailure {
    /// A hazard that nobody allowed.
    /// - Parameters:
    ///   - others: how many more of its kind the file has.
    fileprivate static func hazard(_ found: FileHazard, others: Int, step: MigrationStep, targets: Int) -> TargetFailure
    {
        let more = others == 0 ? "" : " (and \(others) more of that kind in the file)"
        return TargetFailure(
            kind: .hazard,
            message: "\(found.hazard.rawValue): version \(step.version) \(found.action)\(more), "
                + "on \(targets) target\(targets == 1 ? "" : "s")",
            step: step, place: found.place,
            remedy: "\(found.hazard.text) Where that is meant: --allow \(found.hazard.rawValue)")
    }
}
