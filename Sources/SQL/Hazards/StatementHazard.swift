public import FleetModel

/// A hazard in a script, and where.
public struct StatementHazard: Sendable, Hashable {
    /// What it is.
    public let hazard: Hazard
    /// What the statement does, to be read after "it": `drops column total of orders`. Does no harm to a terminal.
    public let action: String
    /// The index of the statement in `Script.statements`.
    public let statement: Int
    /// Where that statement's first word is.
    public let place: TextPlace
}
