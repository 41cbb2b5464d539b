public import FleetModel
internal import SQL

/// Something in a migration's file that loses data or breaks running clients.
public struct FileHazard: Sendable, Hashable {
    /// What it is.
    public let hazard: Hazard
    /// What the statement does, to be read after "it": `drops column total of orders`.
    public let action: String
    /// Where.
    public let place: TargetFailure.Place
}

extension MigrationFile {
    /// The hazards of the file in the order of its statements; its SQL is parsed once, whoever asks.
    ///
    /// None for a file that cannot be read: it is refused elsewhere, or sent as it is because a newer server may know it.
    public func hazards() -> [FileHazard] {
        guard let script = try? script() else { return [] }
        return script.hazards.map { found in
            FileHazard(
                hazard: found.hazard, action: found.action,
                place: TargetFailure.Place(
                    file: path, line: found.place.line, column: found.place.column, statement: found.statement + 1,
                    statements: script.statements.count, excerpt: script.statements[found.statement].excerpt))
        }
    }
}

extension [Hazard] {
    /// Each once, where it comes first.
    var withoutRepetition: [Hazard] {
        var seen: Set<Hazard> = []
        return filter { seen.insert($0).inserted }
    }
}
