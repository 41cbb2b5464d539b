public import FleetModel

/// A host that is asked by SQL which targets it has.
///
/// Each row is a target: one column is the database, a second one the schema. A target that the file names itself is
/// not found a second time: what the file says about it holds.
public struct Discovery: Sendable {
    /// The environment's name.
    public let environment: String
    /// The host's name as people say it.
    public let hostName: String
    /// How to reach the server; its database is where the query runs.
    public let access: TargetAccess
    /// The query, as the file has it.
    public let sql: String
    /// What all its targets are labelled with.
    public let labels: [String: String]
    /// Where the file asks for it.
    public let place: SourcePlace

    let settings: Settings
    let schemas: [String?]
    let hooks: HookSet?
}

extension Discovery {
    /// What came of asking a host.
    public enum Outcome: Sendable {
        /// The targets that it has; may be none.
        case found([FleetTarget])
        /// It could not be asked, or its answer names no targets.
        case failed(TargetFailure)
    }

    /// Why rows are no targets.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// Where the file asks for the discovery.
        public let place: SourcePlace
        /// What is wrong, in one sentence without a final stop.
        public let message: String

        public var description: String { "\(place): \(message)" }
    }

    /// The targets that the query's rows name, in their order, each once. Pure: it asks no server.
    ///
    /// - Throws: when a row has not one or two columns, a name is null, empty or not printable, or there are more rows than a fleet
    ///   can have.
    public func targets(from rows: [[String?]]) throws(Failure) -> [FleetTarget] {
        guard rows.count <= NumberedNames.limit else {
            throw Failure(place: place, message: "`discover` found more than \(NumberedNames.limit) targets")
        }
        var seen: Set<TargetID> = []
        var found: [FleetTarget] = []
        for row in rows {
            guard row.count == 1 || row.count == 2 else {
                throw Failure(
                    place: place,
                    message: "`discover` returns \(row.count) columns; expected the database, or database and schema")
            }
            let names = row.compactMap { $0 }
            guard names.count == row.count, names.allSatisfy({ !$0.isEmpty }) else {
                throw Failure(place: place, message: "`discover` returns a row without a name")
            }
            guard !names.contains(where: { $0.unicodeScalars.contains(where: Printable.isControl) }) else {
                throw Failure(place: place, message: "`discover` returns a name with a control character")
            }
            for schema in names.count == 2 ? [names[1]] : schemas {
                let target = target(database: names[0], schema: schema)
                if seen.insert(target.target.id).inserted { found.append(target) }
            }
        }
        return found
    }

    private func target(database: String, schema: String?) -> FleetTarget {
        FleetTarget(
            target: Target(
                environment: environment, endpoint: access.endpoint, hostName: hostName, database: database,
                schema: schema, labels: labels),
            access: TargetAccess(settings, endpoint: access.endpoint, database: database, schema: schema),
            hooks: hooks)
    }
}
