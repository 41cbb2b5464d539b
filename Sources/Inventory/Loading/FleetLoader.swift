internal import FleetModel

/// Reads the whole file into a `Fleet`, and goes on after each mistake so that one reading reports all of them.
struct FleetLoader {
    private let log: ProblemLog
    private let directory: String
    private let today: CalendarDay
    private static let environmentLimit = 1000

    /// - Throws: `InventoryError` with everything that is wrong.
    static func load(
        _ bytes: [UInt8], file: String, directory: String, today: CalendarDay, limits: YAMLLimits = YAMLLimits()
    ) throws(InventoryError) -> Fleet {
        let log = ProblemLog(file: file)
        let loader = FleetLoader(log: log, directory: directory, today: today)
        let fleet = loader.fleet(YAMLComposer.compose(bytes, limits: limits, log: log))
        guard let fleet, log.errors.isEmpty else { throw InventoryError(log.errors) }
        return fleet
    }

    private init(log: ProblemLog, directory: String, today: CalendarDay) {
        self.log = log
        self.today = today
        self.directory = directory
    }

    private func fleet(_ node: YAMLNode?) -> Fleet? {
        guard let node, !node.isNull else {
            if log.errors.isEmpty { log.error(.missing, at: .start, "the file is empty; it begins with `fleet: NAME`") }
            return nil
        }
        let root = Field(node: node, path: nil, log: log)
        let isExtension = { (key: String) in key.hasPrefix("x-") }
        guard let map = MapReader(root, "a map", keys: Set(FleetKey.names), isIgnored: isExtension) else { return nil }

        let name = map.required(FleetKey.fleet, "the fleet has no name; write `fleet: NAME`")?.name()
        var settings = Settings(migrations: FilePaths.absolute("migrations", in: directory), directory: directory)
        if let text = map[FleetKey.migrations]?.plainText("a folder", because: "the files are read before secrets are")
        {
            settings.migrations = FilePaths.absolute(text, in: directory)
        }
        let migrations = settings.migrations
        if let defaults = map[FleetKey.defaults].flatMap({ MapReader($0, "a map", keys: Settings.keys) }) {
            settings.override(with: defaults)
        }
        let environments = environments(map, settings)
        let scratch = CheckLoader.scratch(map[FleetKey.scratch], directory: directory)
        let fleet = Fleet(
            name: name ?? "", file: log.file, migrations: migrations, layout: settings.rules.layout,
            store: map[FleetKey.store].flatMap(store)
                ?? .sqlite(FilePaths.absolute(".pgfleet/state.sqlite", in: directory)),
            environments: environments, maxFailures: map[FleetKey.maxFailures].flatMap { $0.failureLimit() },
            hooks: HookLoader.hooks(map[FleetKey.hooks], isOnTarget: false, directory),
            check: CheckLoader.check(map[FleetKey.check]),
            scratch: scratch.rules, scratchServer: scratch.server,
            schedules: ScheduleLoader(environments: map[FleetKey.environments]).schedules(map[FleetKey.schedules]),
            alerts: AlertLoader.alerts(map[FleetKey.alerts], directory: directory),
            warnings: log.warnings.sorted { $0.place < $1.place })
        return fleet
    }

    private func environments(_ map: MapReader, _ settings: Settings) -> [Environment] {
        guard let field = map.required(FleetKey.environments, "the fleet has no `environments`"),
            let entries = field.entries("a map from environment names to environments")
        else { return [] }
        guard !entries.isEmpty else {
            field.error(.missing, "the fleet has no environments")
            return []
        }
        guard entries.count <= Self.environmentLimit else {
            field.error(.limit, "the fleet has more than \(Self.environmentLimit) environments")
            return []
        }
        let registry = TargetRegistry(log: log)
        var loaded: [EnvironmentOrder.Item] = []
        for entry in entries {
            if !Printable.isName(entry.key) {
                let message = "an environment's name has letters, digits, `_`, `-` and `.`"
                log.error(.invalid, at: entry.keyPosition, path: field.path, message)
            }
            let loader = EnvironmentLoader(name: entry.key, registry: registry, inherited: settings, today: today)
            if let item = loader.load(entry.value) { loaded.append(item) }
        }
        return EnvironmentOrder.ordered(loaded, names: entries.map(\.key))
    }

    private func store(_ field: Field) -> Fleet.Store? {
        guard let text = field.secret("a path or a postgres:// address", directory: directory) else { return nil }
        guard let literal = text.literal else { return .postgres(text) }
        if literal.hasPrefix("postgres://") || literal.hasPrefix("postgresql://") { return .postgres(text) }
        guard !literal.isEmpty, !literal.holds("://") else {
            field.error(.invalid, "expected the path of a SQLite file, or an address that begins with postgres://")
            return nil
        }
        return .sqlite(FilePaths.absolute(literal, in: directory))
    }
}
