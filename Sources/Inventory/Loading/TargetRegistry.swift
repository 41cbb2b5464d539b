import FleetModel

/// Keeps a fleet's targets apart while they are read: no place twice, no name twice, not too many.
///
/// A reference, because all environments of one reading share it.
final class TargetRegistry {
    private struct Place: Hashable {
        let server: String
        let database: String
        let schema: String?
    }

    private struct Origin {
        let id: TargetID
        let position: SourcePosition
    }

    private let log: ProblemLog
    private var places: [Place: Origin] = [:]
    private var ids: [TargetID: Origin] = [:]

    init(log: ProblemLog) { self.log = log }

    /// False when the fleet would have more targets than are allowed; that is logged.
    func hasRoom(for count: Int, _ field: Field) -> Bool {
        if ids.count + count <= NumberedNames.limit { return true }
        field.error(.limit, "the fleet has more than \(NumberedNames.limit) targets")
        return false
    }

    /// Notes a target; false when it is there already, which is logged with both places.
    func add(_ target: Target, _ field: Field) -> Bool {
        let origin = Origin(id: target.id, position: field.node.position)
        let all = target.endpoint.servers.map { server in
            Place(server: "\(server)".lowercased(), database: target.database, schema: target.schema)
        }
        let taken = all.compactMap { places[$0] }
        for place in all where places[place] == nil { places[place] = origin }
        if let first = taken.first {
            let same = first.id == target.id ? "" : " as \(Printable.value(first.id.rawValue))"
            field.error(
                .duplicate,
                "the target \(Printable.value(target.id.rawValue)) is there twice, first\(same) in \(line(first))")
            return false
        }
        if let first = ids.updateValue(origin, forKey: target.id) {
            field.error(
                .duplicate,
                "two targets are called \(Printable.value(target.id.rawValue)), the other one is in \(line(first)); "
                    + "give their hosts different names")
            return false
        }
        return true
    }

    private func line(_ origin: Origin) -> String {
        "line \(origin.position.line), column \(origin.position.column)"
    }
}
