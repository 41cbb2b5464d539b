public import FleetModel

extension RolloutMachine {
    /// Whether nothing new may start because an operator paused the rollout.
    public var isPaused: Bool { pausedBy != nil }

    /// Takes what an operator asked for; what does not fit the state any more changes nothing.
    mutating func take(_ request: OperatorRequest) {
        lastRequest = max(lastRequest, request.number)
        switch request.action {
        case .pause:
            if isUnderWay { pausedBy = request.by }
        case .resume:
            pausedBy = nil
        case .abort(let takesBack, let cancels):
            guard course == .forward else { return }
            pendingHalt = .aborted(by: request.by, takesBack: takesBack, cancels: cancels)
        case .approve(let scope):
            approve(scope, by: request.by, groups: request.groups)
        case .reject(let scope, let takesBack):
            guard course == .forward, let rule = rule(for: scope),
                rule.objection(to: request.by, groups: request.groups, requester: nil) == nil
            else { return }
            pendingHalt = .rejected(scope: scope, by: request.by, takesBack: takesBack)
        case .skip(let target):
            skip(target)
        case .retry(let target):
            retry(target)
        }
    }

    /// The rule that an approval of something has to follow; nil where none is needed.
    public func rule(for scope: ApprovalScope) -> ApprovalRule? {
        guard let environment = environment(named: scope.environment) else { return nil }
        guard let name = scope.wave else { return environment.rules.approval }
        return environment.waves.first { $0.name == name }?.gate.approval
    }

    /// How many more people must approve; 0 where that is done or not needed.
    public func approvalsLeft(for scope: ApprovalScope) -> Int {
        max(0, (rule(for: scope)?.count ?? 0) - approvals[scope, default: []].count)
    }

    /// Who has approved, by login name.
    public func approvers(of scope: ApprovalScope) -> [String] { approvals[scope, default: []].sorted() }

    mutating func approve(_ scope: ApprovalScope, by person: Operator, groups: [String]) {
        guard rule(for: scope)?.objection(to: person, groups: groups, requester: requester) == nil else { return }
        approvals[scope, default: []].insert(person.user)
        // Where more are needed, that is announced anew.
        if awaitedApproval == scope { awaitedApproval = nil }
    }

    private var isUnderWay: Bool {
        switch course {
        case .forward, .halted, .rollback: true
        case .idle, .ended: false
        }
    }

    private mutating func skip(_ target: TargetID) {
        guard let progress = targets[target] else { return }
        switch progress.phase {
        case .failed: forgetFailure(of: target)
        case .pending, .retrying, .deferred: break
        case .unchanged, .running, .changed, .skipped, .reverting, .reverted, .revertFailed: return
        }
        queue.drop(target)
        targets[target]?.phase = .skipped
    }

    private mutating func retry(_ target: TargetID) {
        guard course == .forward, targets[target]?.phase == .failed else { return }
        forgetFailure(of: target)
        targets[target]?.hasFailed = false
        // One of an earlier wave has that wave released once more.
        targets[target]?.phase = places[target] == wave ? .retrying : .pending
    }

    private mutating func forgetFailure(of target: TargetID) {
        guard let place = places[target], let count = failures[place], count > 0 else { return }
        failures[place] = count - 1
    }
}
