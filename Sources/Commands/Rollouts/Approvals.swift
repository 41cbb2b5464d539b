import FleetModel
import Rollout
import Synchronization

/// The approvals that are given where a rollout runs: on its command line, or at its terminal.
final class Approvals: Sendable {
    private let session: FleetSession
    private let waits: Bool
    private let given: Mutex<Set<String>>

    /// - Parameters:
    ///   - given: what was approved on the command line.
    ///   - waits: whether approvals from elsewhere are waited for where nobody can be asked.
    init(session: FleetSession, given: [String], waits: Bool) {
        self.session = session
        self.waits = waits
        self.given = Mutex(Set(given))
    }

    /// Whether the operator may approve something that a rollout waits for.
    private func objection(to scope: ApprovalScope, in machine: RolloutMachine) -> ApprovalRule.Objection? {
        machine.rule(for: scope)?.objection(
            to: session.me, groups: OperatorIdentity.groups, requester: machine.requester)
    }

    /// What is given here; a person counts once, so nobody is asked twice.
    func answer(_ scope: ApprovalScope, in machine: RolloutMachine, _ view: RolloutView) async -> ApprovalAnswer {
        let mayApprove =
            objection(to: scope, in: machine) == nil && !machine.approvers(of: scope).contains(session.me.user)
        if mayApprove {
            if given.withLock({ $0.remove(scope.description) }) != nil { return .approved }
            if Terminal.canAsk { return await ask(scope, view) ? .approved : .left }
        }
        guard waits || Terminal.canAsk else { return .left }
        view.hint("approve it from elsewhere: pgfleet rollout approve \(view.id) --scope \(scope)")
        return .awaited
    }

    private func ask(_ scope: ApprovalScope, _ view: RolloutView) async -> Bool {
        await view.pause()
        defer { view.resume() }
        do {
            try await Question.typed(
                scope.description, to: "approve \(scope)", flag: "--approve", output: session.output)
            return true
        } catch { return false }
    }
}
