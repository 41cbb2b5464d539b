package import FleetModel

/// What brings a dirty target in order: what it was proven for, what is run, and what is recorded then.
package struct Repair: Sendable {
    /// One statement to run.
    package struct Statement: Sendable, Hashable {
        /// Without a `;` at its end.
        package let text: String
        /// Which statement of the step's file it is, from 1; nil for what is none of the file's.
        package let number: Int?

        package init(_ text: String, number: Int? = nil) {
            self.text = text
            self.number = number
        }
    }

    /// The version table's row that it was made for; any other one means that the target has changed since.
    package let found: VersionState
    /// How far the migration had got by the target's own account, at that time.
    package let progress: StatementProgress?
    /// What is recorded as clean in the end.
    package let version: Version?
    /// Run before that, in order; none where only the version is recorded.
    package let statements: [Statement]
    /// Whether they run in one transaction together with the version.
    package let isOneTransaction: Bool
    /// The step that they bring to its end; nil where they undo one, or nothing is run.
    package let finishes: MigrationStep?
    /// For the target's history: which way out was taken, and why.
    package let reason: String

    package init(
        found: VersionState, progress: StatementProgress?, version: Version?, statements: [Statement],
        isOneTransaction: Bool, finishes: MigrationStep?, reason: String
    ) {
        self.found = found
        self.progress = progress
        self.version = version
        self.statements = statements
        self.isOneTransaction = isOneTransaction
        self.finishes = finishes
        self.reason = reason
    }
}

/// When the schema is looked at during a repair, for who proves it.
package enum RepairMoment: Sendable {
    /// Under the locks, before anything is run: it must be what the repair was made for.
    case before
    /// After the statements, in the transaction in which the version will be recorded: it must be that of the version.
    case inTransaction
}
