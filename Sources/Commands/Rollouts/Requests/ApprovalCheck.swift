import FleetModel
import Rollout
import Store

/// Whether someone's yes or no counts.
struct ApprovalCheck {
    let request: RolloutRequest

    init(_ request: RolloutRequest) { self.request = request }

    /// What is approved or rejected.
    ///
    /// - Parameter text: as it was typed; nil for what waits.
    /// - Throws: `usage` where nothing waits or needs one, `failed` for someone who may not.
    func scope(_ text: String?, isApproval: Bool) throws -> ApprovalScope {
        let machine = request.machine
        if case .ended = machine.course {
            throw Failure(.usage, "rollout \(request.record.id) is over; nothing waits for an approval")
        }
        guard let scope = text.map(ApprovalScope.init(text:)) ?? machine.awaitedApproval ?? machine.onlyScope else {
            throw Failure(
                .usage,
                "nothing of rollout \(request.record.id) waits for an approval; name it with --scope ENVIRONMENT")
        }
        guard let rule = machine.rule(for: scope) else {
            throw Failure(.usage, "\(scope) needs no approval in rollout \(request.record.id)")
        }
        if isApproval, machine.approvers(of: scope).contains(request.session.me.user) {
            throw Failure(.usage, "\(request.session.me.user) has approved \(scope) already")
        }
        let objection = rule.objection(
            to: request.session.me, groups: OperatorIdentity.groups, requester: isApproval ? machine.requester : nil)
        if let objection {
            throw Failure(.failed, "\(objection.text(of: request.session.me.user, scope)); nothing was recorded")
        }
        return scope
    }
}

extension ApprovalRule.Objection {
    /// Why an approval does not count, in words.
    func text(of user: String, _ scope: ApprovalScope) -> String {
        switch self {
        case .isRequester:
            "\(user) started this rollout, so \(scope) has to be approved by someone else (or: allow_requester: true)"
        case .isNotAmong(let names):
            "\(user) may not approve \(scope); that is for \(names.joined(separator: ", "))"
        }
    }
}

extension RolloutMachine {
    /// The one thing in the plan that needs an approval and lacks it; nil where there are several or none.
    fileprivate var onlyScope: ApprovalScope? {
        let scopes = plan.environments.filter(\.hasWork).flatMap { environment in
            [ApprovalScope(environment: environment.name)]
                + environment.waves.map { ApprovalScope(environment: environment.name, wave: $0.name) }
        }.filter { approvalsLeft(for: $0) > 0 }
        return scopes.count == 1 ? scopes.first : nil
    }
}

extension RolloutRequest {
    /// A target of the plan by its name.
    func planned(_ name: String) throws(Failure) -> TargetID {
        let id = TargetID(rawValue: name)
        if machine.plannedTarget(id) != nil { return id }
        let names = record.plan.targets.map(\.target.id.rawValue)
        let ending = Suggestion.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        throw Failure(.usage, "rollout \(record.id) has no target \(name)\(ending)")
    }
}

extension TargetProgress.Phase {
    /// The phase in words.
    var words: String { rawValue.replacing("_", with: " ") }
}
