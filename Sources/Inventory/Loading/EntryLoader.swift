import FleetModel

/// Reads the entries of an environment's `hosts` and `targets`. Both lists hold the same kind of entry; a target may
/// name a host of its environment by that host's `name`, and then takes over what the host says.
struct EntryLoader {
    let environment: String
    let registry: TargetRegistry
    let inherited: Settings
    let labels: [String: String]

    private(set) var targets: [FleetTarget] = []
    private(set) var discoveries: [Discovery] = []

    /// Which server each host's name stands for, and where that was said.
    private var endpoints: [String: (endpoint: HostEndpoint, position: SourcePosition)] = [:]

    /// A server of `hosts`, or the start of a target's: what an entry says beside its databases.
    private struct Server {
        var name: String?
        var settings: Settings
        var labels: [String: String]
        var isEnabled = true
        var field: Field?
    }

    private static let keys = Set(EntryKey.names).union(Settings.keys)
    private static let sample = "like {host: db.example, database: shop}"

    init(environment: String, registry: TargetRegistry, inherited: Settings, labels: [String: String]) {
        self.environment = environment
        self.registry = registry
        self.inherited = inherited
        self.labels = labels
    }

    mutating func load(hosts: Field?, targets: Field?) {
        let targetMaps = maps(targets)
        let referred = Set(targetMaps.compactMap { $0["host"].flatMap(Self.rawText) })
        var servers: [String: Server] = [:]
        for map in maps(hosts) {
            let server = server(map, from: Server(settings: inherited, labels: labels), isNamed: true)
            var isReferred = false
            if let name = server.name {
                if let first = servers[name]?.field?.node.position {
                    map.field.error(.duplicate, "the host `\(name)` is there twice, first in line \(first.line)")
                    continue
                }
                servers[name] = server
                isReferred = referred.contains(name)
            }
            add(map, server, mayHaveNone: isReferred)
        }
        for map in targetMaps { addTarget(map, servers) }
    }

    private mutating func addTarget(_ map: MapReader, _ servers: [String: Server]) {
        guard let hostField = map["host"], let text = Self.rawText(hostField) else {
            return add(map, server(map, from: Server(settings: inherited, labels: labels), isNamed: true))
        }
        guard var base = servers[text] else {
            if !text.contains("."), let meant = Suggestion.nearest(to: text, among: servers.keys) {
                hostField.warning(.unknownName, "no host of this environment has this name; did you mean `\(meant)`?")
            }
            return add(map, server(map, from: Server(settings: inherited, labels: labels), isNamed: true))
        }
        for key in ["name", "port"] {
            guard let field = map[key] else { continue }
            field.error(.conflict, "`host` names a host of this environment; its `\(key)` is written there")
        }
        let address = (base.settings.host, base.settings.port)
        base.settings.database = inherited.database
        var server = server(map, from: base, isNamed: false)
        (server.settings.host, server.settings.port) = address
        add(map, server)
    }

    private func maps(_ field: Field?) -> [MapReader] {
        (field?.list("a list of entries \(Self.sample)") ?? []).compactMap {
            MapReader($0, "a map \(Self.sample)", keys: Self.keys)
        }
    }

    private func server(_ map: MapReader, from base: Server, isNamed: Bool) -> Server {
        var server = base
        server.field = map.field
        if isNamed { server.name = map[EntryKey.name]?.name() }
        server.settings.override(with: map)
        if let own = map[EntryKey.labels]?.labels() { server.labels.merge(own) { $1 } }
        server.isEnabled = map[EntryKey.enabled]?.flag() ?? base.isEnabled
        return server
    }

    private mutating func add(_ map: MapReader, _ server: Server, mayHaveNone: Bool = false) {
        guard let host = server.settings.host else {
            if map["host"] == nil { map.field.error(.missing, "the entry has no `host`") }
            return
        }
        let endpoint = HostEndpoint(host: host, port: server.settings.port ?? 5432)
        let hostName = server.name ?? (endpoint.port == 5432 ? host : endpoint.description)
        if let known = endpoints[hostName], known.endpoint != endpoint {
            return map.field.error(
                .conflict,
                "the host `\(hostName)` is \(endpoint) here and \(known.endpoint) in line \(known.position.line)")
        }
        endpoints[hostName] = (endpoint, map.field.node.position)
        let names = EntryNames(map, inheritedSchema: server.settings.schema)
        if let discover = names.discover {
            let database = server.settings.database ?? "postgres"
            guard server.isEnabled else { return }
            discoveries.append(
                Discovery(
                    environment: environment, hostName: hostName,
                    access: TargetAccess(server.settings, endpoint: endpoint, database: database, schema: nil),
                    sql: discover.sql, labels: server.labels, place: discover.field.place, settings: server.settings,
                    schemas: names.schemas))
            return
        }
        guard let databases = names.databases ?? server.settings.database.map({ [$0] }), names.isOwn || !mayHaveNone
        else {
            if !names.isOwn, !mayHaveNone {
                map.field.error(.missing, "the entry names no database; write `database`, `databases` or `discover`")
            }
            return
        }
        guard registry.hasRoom(for: databases.count * names.schemas.count, map.field), server.isEnabled else { return }
        for database in databases {
            for schema in names.schemas {
                let target = Target(
                    environment: environment, endpoint: endpoint, hostName: hostName, database: database,
                    schema: schema, labels: server.labels)
                guard registry.add(target, map.field) else { continue }
                let access = TargetAccess(server.settings, endpoint: endpoint, database: database, schema: schema)
                targets.append(FleetTarget(target: target, access: access))
            }
        }
    }

    private static func rawText(_ field: Field) -> String? {
        guard case .scalar(let text, _) = field.node.content else { return nil }
        return text
    }
}
