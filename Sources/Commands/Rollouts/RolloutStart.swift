import ArgumentParser
import FleetModel
import Inventory
import Rollout
import Store

/// Starts a rollout.
struct RolloutStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Take targets to a version: environment by environment, canary first.",
        usage: "pgfleet rollout [start] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout                          everything to the newest version
              pgfleet rollout --dry-run                show the plan and change nothing
              pgfleet rollout --env staging --to 12    one environment, one version
              pgfleet rollout --yes --wait             in a pipeline; others approve
              pgfleet rollout --yes -o json --follow   a line of JSON for each event

            Looks at every target first; one that is dirty, cannot be reached, or is on a version that the files do \
            not have stops the rollout before anything is changed. Ctrl-C once: nothing new starts, what runs \
            finishes. Twice: what runs is cancelled on its server.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var goal: GoalOptions
    @OptionGroup var allow: AllowOptions
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var follow: FollowOptions

    @Flag(help: "Show what would be done and change nothing.")
    var dryRun = false

    @Flag(help: "Take back what was changed at the first Ctrl-C; the second one leaves it, the third one cancels.")
    var rollbackOnInterrupt = false

    @Option(
        name: .customLong("plan"),
        help: ArgumentHelp(
            "Carry out a saved plan as it is; refused where a target or a file has changed since.", valueName: "name"))
    var saved: String?

    func validate() throws {
        guard saved != nil else { return }
        guard selection.words.isEmpty, allow.names.isEmpty, goal.override == nil, !goal.allowDown,
            case .latest = goal.version.goal
        else { throw ValidationError("--plan carries a plan out as it was saved; what it does is not said again") }
    }

    func run() async throws {
        try await options.run { session in
            let planning =
                if let saved { try await SavedPlanning.make(saved, session) } else {
                    try await Planning.make(session, selection, goal, allow)
                }
            if dryRun {
                await planning.executor.closeIdle()
                return try planning.show(session.output)
            }
            if !planning.result.problems.isEmpty { try planning.refuse(session.output, follow) }
            let plan = planning.result.plan
            guard plan.hasWork else { return try await tellNothingToDo(plan, session.output) }
            try refuseOwnApprovals(plan, session)
            try await ask(planning, session.output)
            if consent.yes {
                let paint = session.output.messages.paint
                for line in PlanText(plan: plan).leftOut(paint) where !line.isEmpty { session.output.tell(line) }
            }
            let store = try await session.store()
            try await checkOtherRollouts(plan, store, session.output)
            let id = try await store.create(plan, by: session.me)
            var run = RolloutRun(
                session: session, store: store, executor: planning.executor, approved: consent.approved,
                waits: consent.wait)
            run.takesBackOnInterrupt = rollbackOnInterrupt
            run.lines = follow.lines(session.output)
            try await run.run(id, plan: plan, intent: .start)
        }
    }

    /// An approval that would not count must not look as if it did.
    private func refuseOwnApprovals(_ plan: Plan, _ session: FleetSession) throws {
        let machine = RolloutMachine(plan: plan)
        for scope in consent.approved.map(ApprovalScope.init(text:)) {
            guard let rule = machine.rule(for: scope) else { continue }
            let objection = rule.objection(
                to: session.me, groups: OperatorIdentity.groups, requester: session.me.user)
            if let objection {
                throw Failure(.usage, "--approve \(scope): \(objection.text(of: session.me.user, scope))")
            }
        }
    }

    /// Two rollouts at once on the same targets would undo each other; one that was left before its end is pointed out.
    private func checkOtherRollouts(_ plan: Plan, _ store: Store, _ output: Output) async throws {
        let mine = Set(plan.targets.lazy.filter(\.hasWork).map(\.target.id))
        for id in try await store.unfinishedRollouts() {
            let other = try await store.rollout(id)
            guard let shared = other.plan.targets.first(where: { $0.hasWork && mine.contains($0.target.id) }) else {
                continue
            }
            if let holder = other.holder {
                throw Failure(
                    .failed,
                    "rollout \(other.id) works on \(shared.target.id) right now (\(holder)); nothing was begun. "
                        + "Wait for its end: pgfleet rollout watch \(other.id)")
            }
            let status = other.status(in: other.machine())
            guard [.interrupted, .waiting, .deferred].contains(status) else { continue }
            output.tell(
                output.messages.paint("note:", .warning)
                    + " rollout \(other.id) never finished (\(status.text)). This one begins from what the databases "
                    + "say now; what the other one did is in: pgfleet rollout show \(other.id)")
        }
    }

    private func tellNothingToDo(_ plan: Plan, _ output: Output) async throws {
        let machine = RolloutMachine(plan: plan)
        let document = RolloutDocument(id: nil, status: .succeeded, machine: machine)
        if let lines = follow.lines(output) { return await lines.end(document) }
        try output.write(document) {
            PlanText(plan: plan).lines(paint: output.data.paint).suffix(1)
        }
    }

    private func ask(_ planning: Planning, _ output: Output) async throws {
        let paint = output.messages.paint
        let warnings = planning.result.warnings
        let busy = PlanText.busy(planning.result.busy, paint: paint)
        guard !consent.yes else {
            // What was asked for by --allow-down is not asked again, but it is said.
            let downs = warnings.filter { $0.kind == .downHazard }
            return (PlanText.warnings(downs, paint: paint) + busy).forEach(output.tell)
        }
        // No server's connections are held while a person reads.
        await planning.executor.closeIdle()
        let plan = planning.result.plan
        let lines = PlanText(plan: plan).lines(paint: paint) + PlanText.warnings(warnings, paint: paint) + busy
        for line in lines { output.tell(line) }
        let name = plan.environments.last { $0.hasWork }?.name ?? plan.fleet
        try await Question.typed(name, to: "start this rollout", flag: "--yes", output: output)
    }
}
