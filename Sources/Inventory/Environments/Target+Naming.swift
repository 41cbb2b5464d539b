import FleetModel

extension Target {
    /// Makes a target whose id is `environment/host/database`, with `/schema` where there is one.
    ///
    /// `/` and `%` inside a database or a schema are written `%2F` and `%25` in the id, so that ids stay unique.
    init(
        environment: String, endpoint: HostEndpoint, hostName: String, database: String, schema: String?,
        labels: [String: String]
    ) {
        let names = [database, schema].compactMap { $0.map(Self.escaped) }
        self.init(
            id: TargetID(rawValue: "\(environment)/\(hostName)/" + names.joined(separator: "/")),
            environment: environment, endpoint: endpoint, hostName: hostName, database: database, schema: schema,
            labels: labels)
    }

    private static func escaped(_ name: String) -> String {
        guard name.holds("/") || name.holds("%") else { return name }
        return name.map { $0 == "/" ? "%2F" : $0 == "%" ? "%25" : String($0) }.joined()
    }
}
