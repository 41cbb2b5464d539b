import FleetModel
import Inventory
import Migrations
import Rollout

/// Work on one target, without a rollout and without a journal.
struct SingleTarget {
    /// What came of it.
    struct Outcome {
        let document: Document
        let lines: [String]
        var status = ExitStatus.done
        /// For standard error; nil when all is said.
        var message: String?
    }

    /// Where a command takes a target.
    struct Goal {
        let version: Version?
        /// How many migrations were asked for beyond those that there are.
        var short = 0
        /// How many were asked for, where it was said.
        var asked: Int?
    }

    /// Any of the commands' documents.
    struct Document: Encodable {
        let body: any Encodable

        func encode(to encoder: any Encoder) throws { try body.encode(to: encoder) }
    }

    let session: FleetSession
    let target: FleetTarget
    let allow: AllowOptions

    var id: TargetID { target.target.id }

    init(_ session: FleetSession, _ target: FleetTarget, allowing allow: AllowOptions) {
        self.session = session
        self.target = target
        self.allow = allow
    }

    /// The target's migrations, and what works on it.
    func open() throws -> (files: MigrationSet, executor: TargetExecutor) {
        let library = try session.library(for: [target], allowing: allow)
        return (try library.files(of: target.access.source), session.executor(for: [target], library: library))
    }

    /// What works on the target without its files.
    func openWithoutFiles() throws -> TargetExecutor {
        session.executor(for: [target], library: try MigrationLibrary([]))
    }

    /// Takes the target to the version that `goal` chooses from its files and its state.
    func migrate(
        goal: (MigrationSet, VersionState) async throws -> Goal
    ) async throws -> Outcome {
        let (files, executor) = try open()
        guard let entry = await executor.survey(searchesHistory: true).entries.first else {
            throw Failure(.failed, "\(id): not looked at")
        }
        let state = try entry.found.get()
        let chosen: Goal
        var route = Route(from: state.version, steps: [])
        do {
            chosen = try await goal(files, state)
            // golang-migrate says so even of a dirty database, and of one on a version that no file has.
            if chosen.asked == 0 {
                await executor.closeIdle()
                return outcome(TargetReport(before: state, after: state), chosen, wasStopped: false)
            }
            if !state.isDirty {
                route = try files.route(from: state.version, to: chosen.version)
                if !allow.allows(.outOfOrder) { try refuseOutOfOrder(route, entry.neverApplied, state) }
            }
        } catch {
            await executor.closeIdle()
            throw error
        }
        let allowsMissingDown = allow.allows(.missingDown)
        if !allowsMissingDown, let version = files.missingDowns(in: route).first {
            await executor.closeIdle()
            throw Failure(
                .usage,
                "version \(version) has no down file: going over it would move the version and leave its schema. "
                    + "Nothing was changed. If that is meant, add --allow missing_down")
        }
        let control = RolloutControl()
        let work = Task { [output = session.output, id] in
            await executor.bring(
                id, along: route, allowsMissingDowns: allowsMissingDown,
                allowsOutOfOrder: allow.allows(.outOfOrder), shouldStop: { control.stop != .none },
                shouldGiveUp: { control.stop != .none },
                onNotice: { output.tell("\($0)") }
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
        return outcome(report, chosen, wasStopped: control.stop != .none)
    }

    /// Of versions below the target's that were never applied there: on the way up they would be passed over for good, on
    /// the way down there is nothing of them to take back, and none of them is a version to be on.
    private func refuseOutOfOrder(_ route: Route, _ neverApplied: [Version], _ state: VersionState) throws {
        guard route.steps.first?.direction == .down else {
            guard let version = neverApplied.first else { return }
            throw Failure(
                .usage,
                "version \(version) lies below \(state.version.text), which the database is on, and was never applied there. "
                    + "Nothing was changed. Give its file a newer version, or leave it out with --allow out_of_order")
        }
        let passed = Set(route.steps.map(\.version)).union(route.steps.compactMap(\.to))
        guard let version = neverApplied.last(where: passed.contains) else { return }
        throw Failure(
            .usage,
            "the way down leads over or to version \(version), which was never applied there: there is nothing to take back. "
                + "Nothing was changed. Stop above it, or go on all the same with --allow out_of_order")
    }

    private func outcome(_ report: TargetReport, _ goal: Goal, wasStopped: Bool) -> Outcome {
        var report = report
        if session.operand != nil { report.failure = report.failure?.addressed }
        let paint = session.output.data.paint
        let document = Document(body: ReportDocument(id, report))
        guard let failure = report.failure else {
            let change = report.finished.isEmpty ? "no change, " : ""
            let lines = [paint("✓", .good) + " \(id): \(change)on version \((report.after?.version).text)"]
            guard goal.short > 0, let asked = goal.asked else { return Outcome(document: document, lines: lines) }
            let left = asked - goal.short
            return Outcome(
                document: document, lines: lines, status: .failed,
                message: "\(id): \(asked.of("migration")) \(asked == 1 ? "was" : "were") asked for and there "
                    + (left == 0 ? "was none" : "\(left == 1 ? "was" : "were") only \(left)"))
        }
        let status: ExitStatus =
            if failure.kind == .cancelled || failure.kind == .lockHeld, wasStopped {
                .interrupted
            } else if report.isDeferred {
                .waiting
            } else {
                report.after?.isDirty == true || failure.kind == .dirty ? .dirty : .failed
            }
        return Outcome(
            document: document,
            lines: [failure.sign(paint) + " \(id)"] + FailureText.lines(failure, indent: 2, paint: paint),
            status: status)
    }
}

/// What a way up or down has reached, in JSON.
private struct ReportDocument: Encodable {
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
            Step(version: $0.step.version, title: $0.step.title, direction: $0.step.direction, seconds: $0.seconds)
        }
        failure = report.failure
    }
}
