public import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Brings the target along a route, from wherever on it the database says that it is.
    ///
    /// A step whose statements all run in a transaction is one transaction together with its version row: a failure or
    /// a crash leaves the database clean on the version before. Any other step is marked dirty first, run statement by
    /// statement, and marked clean at its end: a failure leaves it dirty. After one transactional step or many, the
    /// session is as it was: settings, role and temporary tables of one file do not reach the next.
    ///
    /// Round trips: one for each transactional step, and three besides (two, where `look()` was called before).
    /// Cancelling the task cancels on the server; rolling back, unlocking and reading the outcome still take place.
    /// - Returns: what was reached. Its `after` was read from the database.
    public func run(_ route: Route, in set: MigrationSet, options run: RunOptions = RunOptions()) async -> TargetReport
    {
        if let rollout = run.rollout { options.origin.rollout = rollout }
        let settings = SessionSettings(options.rules, schema: target.schema)
        let locks: HeldLocks
        do throws(TargetFailure) {
            locks = try await lock(
                for: options.rules.lockWait, running: settings, forSteps: !route.steps.isEmpty,
                asking: glanceAtLongTransactions,
                unless: run.shouldGiveUp)
        } catch {
            return TargetReport(before: nil, after: nil, failure: error)
        }
        var report = TargetReport(before: nil, after: nil)
        do throws(TargetFailure) {
            let record = try record(from: locks.answers, locks.here)
            report.before = record.state
            if record.state.isDirty { throw texts.dirty(record.state, await progress()) }
            let steps = try check(record, route, set, run)
            if !steps.isEmpty {
                try await meetLongTransactions(locks.aside, before: route, in: set, run)
                if let why = orientation?.records?.obstacle { await run.onNotice(.withoutRecords(why)) }
            }
            await take(steps, in: set, locks, run, &report)
        } catch {
            report.failure = error
        }
        let ended = report
        return await finishing { await self.conclude(ended, route, locks.here) }
    }

    /// The steps that are left, or why none may be taken.
    private func check(
        _ record: VersionRecord, _ route: Route, _ set: MigrationSet, _ run: RunOptions
    ) throws(TargetFailure) -> ArraySlice<MigrationStep> {
        let state = record.state
        let isExpected = run.mayHaveBegun || state.version == route.from || state.version == route.to
        guard isExpected, let steps = route.remaining(from: state.version) else {
            let isKnown = state.version.map { set.migration($0) != nil } ?? true
            throw texts.moved(from: state, along: route, isKnown: isKnown)
        }
        let neverApplied = record.neverApplied(among: set.versions)
        if let first = steps.first, !neverApplied.isEmpty {
            switch first.direction {
            case .up:
                guard run.allowsOutOfOrder else { throw texts.outOfOrder(neverApplied, current: state.version) }
            case .down:
                // What was never applied has nothing to be taken back, and is no version to be on.
                let ways = Set(steps.map(\.version)).union(steps.compactMap(\.to))
                let onTheWay = ways.intersection(neverApplied).sorted()
                guard onTheWay.isEmpty else { throw texts.neverApplied(onTheWay) }
            }
        }
        for step in steps {
            let file = set.file(for: step)
            guard file?.checksum == step.checksum else { throw texts.filesChanged(step, file: file) }
            guard run.allowsMissingDowns || step.direction == .up || file != nil else {
                throw texts.missingDown(step, along: route)
            }
        }
        return steps
    }

    private func take(
        _ steps: ArraySlice<MigrationStep>, in set: MigrationSet, _ locks: HeldLocks, _ run: RunOptions,
        _ report: inout TargetReport
    ) async {
        var tableExists = locks.tableExists
        for step in steps {
            guard !run.shouldStop(), !Task.isCancelled else {
                report.failure = TargetFailure(
                    kind: .cancelled, message: "Stopped, as asked, before version \(step.version)", step: step,
                    remedy: "Go on with: " + texts.retry(steps.last?.to))
                return
            }
            await run.onStep(.began(step))
            let start = ContinuousClock.now
            let file = set.file(for: step)
            let rules = options.rules.following((try? file?.script())?.directives)
            var settings = SessionSettings(rules, schema: target.schema)
            settings.role = rules.role
            settings.applicationName = "\(run.applicationName ?? options.applicationName)/\(step.version)"
            let place = StepPlace(
                step: step, file: file, table: locks.here.table, createsTable: !tableExists, settings: settings,
                rules: rules, run: run)
            do throws(TargetFailure) {
                try await takeInTries(place)
            } catch {
                report.failure = error
                failedAttempt = FailedAttempt(
                    step: step, seconds: (ContinuousClock.now - start).seconds, lasting: lastingStatements)
                return
            }
            tableExists = true
            let finished = TargetReport.FinishedStep(step: step, seconds: (ContinuousClock.now - start).seconds)
            report.finished.append(finished)
            await run.onStep(.finished(finished))
        }
    }

    /// Reads what is true now, unlocks, and says it.
    private func conclude(_ report: TargetReport, _ route: Route, _ here: Orientation) async -> TargetReport {
        var report = report
        let isUncertain = report.failure?.mayHaveCommitted ?? false
        let found = await release(here, isUncertain ? [] : failureRecord(report.failure))
        report.after = try? found.get()
        settleUncertainStep(&report, route)
        if isUncertain {
            report.failure = await namingLeftovers(report.failure)
            await record(report.failure)
        }
        await tellUnmarked(&report, here, isRecordedSince: isUncertain)
        if report.failure == nil {
            switch found {
            case .failure(let failure): report.failure = failure
            case .success(let state) where state != VersionState(version: route.to):
                report.failure = texts.overwritten(by: state, along: route)
            case .success: break
            }
        }
        if var failure = report.failure, failure.consequence == nil {
            failure.consequence = texts.standing(report.after)
            if report.after == nil, case .failure(let unknown) = found {
                failure.consequence? += ". \(unknown.message)"
                failure.remedy = unknown.remedy ?? failure.remedy
            }
            if report.after?.isDirty == true { failure.remedy = texts.repair }
            report.failure = failure
        }
        if hasMadeRecords, report.finished.isEmpty, let claim = report.failure?.consequence,
            claim.hasPrefix(texts.nothingChanged)
        {
            report.failure?.consequence = claim + ", but for the schema pgfleet, which was made for the history"
        }
        return report
    }

    /// A file of which some statements are in, while the tool's table has no mark for that and no progress was kept: the
    /// target reads as clean on the version before, and the failure has to say that it is not.
    private func tellUnmarked(_ report: inout TargetReport, _ here: Orientation, isRecordedSince: Bool) async {
        func isHidden() -> Bool {
            guard let attempt = failedAttempt, report.failure != nil, !here.table.marksBegunSteps else { return false }
            return attempt.lasting > 0 && report.after == VersionState(version: attempt.step.from)
        }
        // The history was written after the version was read.
        if isRecordedSince, isHidden() { report.after = (try? await look()) ?? report.after }
        guard isHidden(), let attempt = failedAttempt else { return }
        report.failure?.consequence = texts.unmarked(attempt)
        report.failure?.remedy = texts.repairUnmarked
    }

    /// A connection that broke, or a cancel that came, while a step was being committed: the database says whether it
    /// was. At the route's end there is nothing left that failed.
    private func settleUncertainStep(_ report: inout TargetReport, _ route: Route) {
        guard let failure = report.failure, failure.mayHaveCommitted, let step = failure.step, let after = report.after,
            after == VersionState(version: step.to),
            report.before != after, report.finished.last?.step != step
        else { return }
        report.finished.append(TargetReport.FinishedStep(step: step, seconds: 0))
        if step.to == route.to { report.failure = nil }
    }

    /// Reads what is true now, then gives the locks back: one round trip, or over a new connection.
    ///
    /// As who logged in: a file that failed outside of a transaction leaves the role that it ran as, which may neither
    /// read the version nor write the history.
    /// - Parameter remarks: statements whose failure does not matter, run before.
    /// - Returns: the failure to read, which says that the state is not known: steps may have been taken before it.
    func release(
        _ here: Orientation, _ remarks: [PipelineStatement] = []
    ) async -> Result<VersionState, TargetFailure> {
        let before = SessionSettings.ownIdentity.map { PipelineStatement($0) } + remarks
        if let outcomes = try? await connection.pipeline(
            before + readings(here) + [Self.giving(here.locks)], timeout: options.recoveryLimit)
        {
            return Result { () throws(TargetFailure) in
                try record(from: outcomes[before.count...].dropLast(), here).state
            }.mapError(texts.unread)
        }
        return await recover(from: here)
    }
}

extension TargetFailure {
    /// Whether the step may have been committed all the same, so that only the database knows.
    fileprivate var mayHaveCommitted: Bool { [.connectionLost, .cancelled, .timedOut].contains(kind) }
}
