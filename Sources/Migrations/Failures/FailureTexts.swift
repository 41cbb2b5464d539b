internal import FleetModel
internal import SQL

/// The sentences that more than one failure needs.
struct FailureTexts {
    let target: TargetID
    /// What runs again what failed, where that is more than work on this one target.
    let retryCommand: String?
    /// What names the target to `pgfleet migrate` where no inventory does.
    var operand: String?

    /// What an operator types next for this target.
    func command(_ words: String) -> String {
        guard let operand else { return "pgfleet \(words) --target \(target.argument)" }
        let known =
            words.hasPrefix("migrate ") || words == "recover"
            ? words : words == "plan" ? "migrate up" : "migrate version"
        return "pgfleet \(known) \(operand)"
    }

    /// What an operator types to go on to a version.
    func retry(_ version: Version?) -> String { retryCommand ?? command("migrate goto \(name(version))") }

    var nothingChanged: String { "Nothing was changed" }

    /// What state the database is in, from what was read after the failure.
    func standing(_ state: VersionState?) -> String {
        switch state {
        case nil: "The database's state is not known, because it could not be read again"
        case let state? where state.isDirty: "The database is dirty on version \(name(state.version))"
        case let state?: "The database is clean on version \(name(state.version))"
        }
    }

    /// What state the database is in where the version table hides it.
    func unmarked(_ attempt: FailedAttempt) -> String {
        "The version table says \(name(attempt.step.from)), clean, for it has no mark for a file that stopped halfway: "
            + "\(attempt.lasting == 1 ? "1 statement" : "\(attempt.lasting) statements") of \(attempt.step.version) "
            + "\(attempt.lasting == 1 ? "is" : "are") in, and nothing on the database tells"
    }

    /// The way out of that.
    var repairUnmarked: String {
        "Undo by hand what is in before it is run again; or run the rest, too, and then say so: "
            + command("migrate force VERSION")
    }

    /// The failure to read the version after something was run, of which it must not say that nothing was changed.
    func unread(_ failure: TargetFailure) -> TargetFailure {
        var failure = failure
        failure.consequence = standing(nil)
        return failure
    }

    func name(_ version: Version?) -> String { version.map { "\($0)" } ?? "none" }

    /// - Parameter progress: how far the migration got, where the target tells.
    func dirty(_ state: VersionState, _ progress: StatementProgress?) -> TargetFailure {
        let ways =
            if let progress, progress.leadsTo == state.version {
                "How far it got: \(progress)."
            } else {
                state.version.map { "Either the up of \($0) did not end, or the down of the version after \($0)." }
                    ?? "The down of the first migration did not end."
            }
        return TargetFailure(
            kind: .dirty, message: "The version table says that version \(name(state.version)) is dirty. \(ways)",
            consequence: "\(nothingChanged) by this run",
            remedy: repair)
    }

    /// The way out of the dirty state.
    var repair: String {
        "See how far it got and what leads out of it: " + command("recover")
            + "; or repair it by hand, then say which version it is: " + command("migrate force VERSION")
    }

    func changedSince(_ state: VersionState, _ found: VersionState) -> TargetFailure {
        let change =
            state == found
            ? "the progress of its migration is another" : "its version was \(found) and is \(state)"
        return TargetFailure(
            kind: .moved,
            message: "The target has changed since it was looked at: \(change). Someone else is at work on it",
            consequence: nothingChanged, remedy: "Look again: " + command("recover"))
    }

    func moved(from state: VersionState, along route: Route, isKnown: Bool) -> TargetFailure {
        let expected = "the plan leads from \(name(route.from)) to \(name(route.to))"
        return TargetFailure(
            kind: isKnown ? .moved : .unknownVersion,
            message: isKnown
                ? "The database is on version \(name(state.version)), but \(expected)"
                : "The database is on version \(name(state.version)), which no migration file has; \(expected)",
            consequence: nothingChanged,
            remedy: isKnown
                ? "Someone migrated it since. Make a new plan: " + command("plan")
                : "The files may be older than the database: use the newest ones, then " + command("plan"))
    }

    func filesChanged(_ step: MigrationStep, file: MigrationFile?) -> TargetFailure {
        let name = file?.path ?? "the \(step.direction.rawValue) file of version \(step.version)"
        let change = file == nil ? "is missing" : step.checksum == nil ? "is new" : "was changed"
        return TargetFailure(
            kind: .filesChanged, message: "\(name) \(change) since the plan was made", step: step,
            consequence: nothingChanged, remedy: "Make a new plan: " + command("plan"))
    }

    func overwritten(by state: VersionState, along route: Route) -> TargetFailure {
        TargetFailure(
            kind: .moved,
            message: "Every step to version \(name(route.to)) ended well, but the version table says \(state): someone "
                + "wrote to it without the migration lock, or a trigger did",
            remedy: "Find out who, then look again: " + command("status"))
    }

    func missingDown(_ step: MigrationStep, along route: Route) -> TargetFailure {
        TargetFailure(
            kind: .missingDown,
            message:
                "Version \(step.version) has no down file: going back over it would move the version and leave its "
                + "schema", step: step, consequence: nothingChanged,
            remedy: "Write the down file, then: " + command("migrate goto \(name(route.to))"))
    }

    func unreadable(_ reason: UnreadableVersion, table: VersionTable) -> TargetFailure {
        let name = "\(table.schema).\(table.name)".harmless
        let message =
            switch reason {
            case .severalRows: "The version table \(name) holds more than one row, so it names no single version"
            case .negative(let number): "The version table \(name) holds the version \(number)"
            case .notANumber(let text):
                "The version table \(name) holds the version '\(text.harmless)', which is not one number"
            case .notATableOfVersions:
                "The table \(name) has not the columns that \(table.layout.rawValue) gives it; another tool may own it"
            }
        return TargetFailure(
            kind: .versionTable, message: message, consequence: nothingChanged,
            remedy: reason.isOfRows
                ? "Say which version it is: " + command("migrate force VERSION")
                : "Name another version table, or the tool that it belongs to, in fleet.yaml")
    }

    func neverApplied(_ versions: [Version]) -> TargetFailure {
        let names = versions.prefix(5).map { "\($0)" }.joined(separator: ", ") + (versions.count > 5 ? ", …" : "")
        return TargetFailure(
            kind: .outOfOrder,
            message:
                "The way down leads over or to \(names), never applied there: there is nothing to take back or to be on",
            consequence: nothingChanged,
            remedy: "Stop above it; or say what is applied: " + command("migrate force VERSION"))
    }

    func outOfOrder(_ versions: [Version], current: Version?) -> TargetFailure {
        let names = versions.prefix(5).map { "\($0)" }.joined(separator: ", ") + (versions.count > 5 ? ", …" : "")
        return TargetFailure(
            kind: .outOfOrder,
            message: "\(versions.count == 1 ? "Version" : "Versions") \(names) lie below \(name(current)), which the "
                + "database is on, and were never applied there",
            consequence: nothingChanged,
            remedy:
                "Give the \(versions.count == 1 ? "file a newer version" : "files newer versions"), or leave them out "
                + "on purpose with --allow out_of_order")
    }
}
