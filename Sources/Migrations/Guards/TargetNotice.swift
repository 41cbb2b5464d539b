public import FleetModel

/// What is told of a target while a route is run, beside its steps. Holds no control characters.
public enum TargetNotice: Sendable, Hashable {
    /// What the server said while a step ran: RAISE NOTICE, a warning, "relation already exists, skipping".
    case said(MigrationStep, severity: String, message: String)
    /// So many more messages of a step were left out.
    case saidMore(MigrationStep, count: Int)
    /// Transactions of others have been open for long on tables that the steps touch.
    case longTransactions([OtherSession], isWaitedFor: Bool)
    /// Neither history nor progress is written, though the inventory wants it, and why.
    case withoutRecords(String)
}

extension TargetNotice: CustomStringConvertible {
    public var description: String {
        switch self {
        case .said(let step, let severity, let message):
            "\(step.version): \(severity): \(message)"
        case .saidMore(let step, let count):
            "\(step.version): and \(count) more \(count == 1 ? "message" : "messages") of the server"
        case .longTransactions(let sessions, let isWaitedFor):
            "long \(sessions.count == 1 ? "transaction" : "transactions") on the tables that are migrated"
                + (isWaitedFor ? ", waited for" : "") + ": " + (sessions.listed ?? "")
        case .withoutRecords(let why):
            "no history and no progress are kept here: \(why)"
        }
    }
}
