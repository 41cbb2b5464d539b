import FleetModel
import Inventory
import Migrations
import Rollout

/// Work on exactly one target, without a rollout and without a journal.
struct SingleTarget {
    let session: FleetSession
    let selection: SelectorOptions

    init(_ session: FleetSession, _ selection: SelectorOptions) {
        self.session = session
        self.selection = selection
    }

    private struct Document: Encodable {
        struct Step: Encodable {
            let version: Version
            let title: String
            let direction: Direction
            let seconds: Double
        }

        let target: TargetID
        @OrNull var from: Version?
        @OrNull var version: Version?
        @OrNull var dirty: Bool?
        let steps: [Step]
        @OrNull var failure: TargetFailure?

        init(_ target: TargetID, _ report: TargetReport) {
            self.target = target
            from = report.before?.version
            version = report.after?.version
            dirty = report.after?.isDirty
            steps = report.finished.map {
                Step(
                    version: $0.step.version, title: $0.step.title, direction: $0.step.direction, seconds: $0.seconds)
            }
            failure = report.failure
        }
    }

    /// The one selected target.
    ///
    /// - Throws: `usage` when several are selected.
    func target() async throws -> FleetTarget {
        let targets = try await session.select(selection.selector())
        guard let target = targets.first, targets.count == 1 else {
            throw Failure(
                .usage,
                "\(targets.count.of("target")) are selected and this command works on one; narrow it with --target, "
                    + "or take all of them with: pgfleet rollout")
        }
        return target
    }

    /// Takes the target to the version that `goal` chooses from its files and its state.
    func migrate(
        _ allow: AllowOptions, goal: (MigrationSet, VersionState) throws -> Version?
    ) async throws {
        let target = try await target()
        let library = try session.library(for: [target], allowing: allow)
        let files = try library.files(of: target.access.source)
        let executor = session.executor(for: [target], library: library)
        guard let state = try await executor.survey().entries.first?.found.get() else { return }
        let route = try files.route(from: state.version, to: try goal(files, state))
        let allowsMissingDown = allow.allows(.missingDown)
        if !allowsMissingDown, let version = files.missingDowns(in: route).first {
            await executor.closeIdle()
            throw Failure(
                .usage,
                "version \(version) has no down file: going over it would move the version and leave its schema. "
                    + "Nothing was changed. If that is meant, add --allow missing_down")
        }
        let control = RolloutControl()
        let work = Task { [output = session.output] in
            await executor.bring(
                target.target.id, along: route, allowsMissingDowns: allowsMissingDown,
                allowsOutOfOrder: allow.allows(.outOfOrder),
                shouldStop: { control.stop != .none }, onNotice: { output.tell("\($0)") }
            ) { step in
                let verb = step.step.direction == .up ? "applied" : "reverted"
                output.tell("\(verb) \(step.step.version) \(step.step.title.harmless) (\(step.seconds.secondsText))")
            }
        }
        let interrupts = Interrupts {
            control.requestStop()
            if control.stop == .cancel { work.cancel() }
        }
        let report = await work.value
        withExtendedLifetime(interrupts) {}
        try finish(target, report, wasStopped: control.stop != .none)
    }

    private func finish(_ target: FleetTarget, _ report: TargetReport, wasStopped: Bool) throws {
        let id = target.target.id
        try session.output.write(Document(id, report)) {
            let paint = session.output.data.paint
            guard let failure = report.failure else {
                let change = report.finished.isEmpty ? "no change, " : ""
                return [paint("✓", .good) + " \(id): \(change)on version \((report.after?.version).text)"]
            }
            return [paint("✗", .bad) + " \(id)"] + FailureText.lines(failure, indent: 2, paint: paint)
        }
        guard let failure = report.failure else { return }
        if failure.kind == .cancelled, wasStopped { throw Failure(.interrupted, nil) }
        if report.isDeferred { throw Failure(.waiting, nil) }
        throw Failure(report.after?.isDirty == true || failure.kind == .dirty ? .dirty : .failed, nil)
    }
}
