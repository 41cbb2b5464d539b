import FleetModel

/// Reads the entries of an environment's `hosts` and `targets`. Both lists hold the same kind of entry; a target may
/// name a host of its environment by that host's `name`, and then takes over what the host says.
struct EntryLoader {
    let environment: String
    let registry: TargetRegistry
    let inherited: Settings
    let labels: [String: String]
    let today: CalendarDay
    /// The hooks around each target that has none of its own.
    let targetHooks: HookSet?

    private(set) var targets: [FleetTarget] = []
    private(set) var discoveries: [Discovery] = []
    private(set) var leftOut: [LeftOutTarget] = []
    /// The hooks of hosts that have their own, by the hosts' names.
    private var ownHostHooks: [String: HookSet] = [:]

    /// Which server each host's name stands for, and where that was said.
    private var endpoints: [String: (endpoint: HostEndpoint, position: SourcePosition)] = [:]

    /// A server of `hosts`, or the start of a target's: what an entry says beside its databases.
    private struct Server {
        var name: String?
        var settings: Settings
        var labels: [String: String]
        /// Why its targets are left out; nil where they are not.
        var leftOut: LeftOutTarget.Reason?
        var hooks: HookSet?
        var field: Field?

        /// What people call it; nil where nothing says where it is.
        var hostName: String? {
            name
                ?? settings.hosts?.first.map { host in
                    HostEndpoint(host: host, port: settings.ports?.first ?? 5432).shortName
                }
        }
    }

    private static let keys = Set(EntryKey.names).union(Settings.keys)
    private static let sample = "like {host: db.example, database: shop}"

    init(
        environment: String, registry: TargetRegistry, inherited: Settings, labels: [String: String],
        today: CalendarDay, targetHooks: HookSet?
    ) {
        self.today = today
        self.targetHooks = targetHooks
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
            var server = server(map, from: Server(settings: inherited, labels: labels), isNamed: true)
            noteHooks(map, &server)
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
        let hooks = HookLoader.hooks(map[EntryKey.hooks], isOnTarget: true, inherited.directory)
        guard let hostField = map["host"], let text = Self.rawText(hostField) else {
            return add(map, server(map, from: Server(settings: inherited, labels: labels, hooks: hooks), isNamed: true))
        }
        guard var base = servers[text] else {
            if !text.contains("."), let meant = Suggestion.nearest(to: text, among: servers.keys) {
                hostField.warning(.unknownName, "no host of this environment has this name; did you mean `\(meant)`?")
            }
            return add(map, server(map, from: Server(settings: inherited, labels: labels, hooks: hooks), isNamed: true))
        }
        base.hooks = hooks
        for key in ["name", "port"] {
            guard let field = map[key] else { continue }
            field.error(.conflict, "`host` names a host of this environment; its `\(key)` is written there")
        }
        let address = (base.settings.hosts, base.settings.ports)
        base.settings.database = inherited.database
        var server = server(map, from: base, isNamed: false)
        (server.settings.hosts, server.settings.ports) = address
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
        if let isEnabled = map[EntryKey.enabled]?.flag() { server.leftOut = isEnabled ? nil : .disabled }
        if let day = map[EntryKey.skipUntil]?.day(), today < day { server.leftOut = .skippedUntil(day: day) }
        return server
    }

    /// What stands in `hosts` is around the host, and not around each of its targets.
    private mutating func noteHooks(_ map: MapReader, _ server: inout Server) {
        guard let hooks = HookLoader.hooks(map[EntryKey.hooks], isOnTarget: false, inherited.directory),
            let name = server.hostName
        else { return }
        ownHostHooks[name] = hooks
    }

    /// The hooks around each host that has any.
    ///
    /// - Parameter usual: around those that have none of their own.
    func hostHooks(_ usual: HookSet?) -> [String: HookSet] {
        guard let usual else { return ownHostHooks }
        return Dictionary(uniqueKeysWithValues: endpoints.keys.map { ($0, ownHostHooks[$0] ?? usual) })
    }

    private mutating func add(_ map: MapReader, _ server: Server, mayHaveNone: Bool = false) {
        if server.settings.hosts == nil, map["host"] == nil { map.field.error(.missing, "the entry has no `host`") }
        guard let endpoint = server.settings.endpoint(map["port"] ?? map["host"] ?? map.field) else { return }
        let hostName = server.hostName ?? endpoint.shortName
        if let known = endpoints[hostName], known.endpoint != endpoint {
            return map.field.error(
                .conflict,
                "the host `\(hostName)` is \(endpoint) here and \(known.endpoint) in line \(known.position.line)")
        }
        endpoints[hostName] = (endpoint, map.field.node.position)
        let names = EntryNames(map, inheritedSchema: server.settings.schema)
        if let discover = names.discover {
            let database = server.settings.database ?? "postgres"
            if let reason = server.leftOut {
                let all = TargetID(rawValue: "\(environment)/\(hostName)/*")
                return leftOut.append(LeftOutTarget(target: all, reason: reason))
            }
            discoveries.append(
                Discovery(
                    environment: environment, hostName: hostName,
                    access: TargetAccess(server.settings, endpoint: endpoint, database: database, schema: nil),
                    sql: discover.sql, labels: server.labels, place: discover.field.place, settings: server.settings,
                    schemas: names.schemas, hooks: server.hooks ?? targetHooks))
            return
        }
        guard let databases = names.databases ?? server.settings.database.map({ [$0] }), names.isOwn || !mayHaveNone
        else {
            if !names.isOwn, !mayHaveNone {
                map.field.error(.missing, "the entry names no database; write `database`, `databases` or `discover`")
            }
            return
        }
        guard registry.hasRoom(for: databases.count * names.schemas.count, map.field) else { return }
        for database in databases {
            for schema in names.schemas {
                let target = Target(
                    environment: environment, endpoint: endpoint, hostName: hostName, database: database,
                    schema: schema, labels: server.labels)
                if let reason = server.leftOut {
                    leftOut.append(LeftOutTarget(target: target.id, reason: reason))
                    continue
                }
                guard registry.add(target, map.field) else { continue }
                let access = TargetAccess(server.settings, endpoint: endpoint, database: database, schema: schema)
                targets.append(FleetTarget(target: target, access: access, hooks: server.hooks ?? targetHooks))
            }
        }
    }

    private static func rawText(_ field: Field) -> String? {
        guard case .scalar(let text, _) = field.node.content else { return nil }
        return text
    }
}

extension HostEndpoint {
    /// What a host is called that has no name: its first address, with the port unless that is 5432.
    fileprivate var shortName: String { port == 5432 ? host : HostEndpoint(host: host, port: port).description }
}
