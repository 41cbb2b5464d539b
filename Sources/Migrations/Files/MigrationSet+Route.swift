public import FleetModel
internal import SQL

extension MigrationSet {
    /// The steps from one version to another, up or down; `nil` stands for "nothing is applied".
    ///
    /// A version without the file for that direction is a step without a checksum: nothing is run and the version moves,
    /// as with golang-migrate. Whoever goes down a route decides about those first (`missingDowns(in:)`).
    /// - Throws: `.unknownVersion` when either version is not among the files, `.unrunnable` for a file on the way that
    ///   pgfleet cannot run. Parses the files on the way and no others.
    public func route(from: Version?, to: Version?) throws(MigrationsError) -> Route {
        // Positions count the migrations that are applied: 0 is nothing, n is all up to `migrations[n - 1]`.
        let start = try position(of: from)
        let end = try position(of: to)
        var steps: [MigrationStep] = []
        if start < end {
            for position in start..<end { steps.append(try step(.up, at: position)) }
        } else {
            for position in (end..<start).reversed() { steps.append(try step(.down, at: position)) }
        }
        return Route(from: from, steps: steps)
    }

    /// The versions of a route's down steps that have no down file: going back over them changes no schema.
    public func missingDowns(in route: Route) -> [Version] {
        route.steps.filter { $0.direction == .down && $0.checksum == nil }.map(\.version)
    }

    /// The versions above `version` that are not applied yet.
    /// - Throws: `.unknownVersion` when it is not among the files.
    public func pending(after version: Version?) throws(MigrationsError) -> [Version] {
        migrations[try position(of: version)...].map(\.version)
    }

    private func position(of version: Version?) throws(MigrationsError) -> Int {
        guard let version else { return 0 }
        guard let index = index(of: version) else {
            throw MigrationsError(reason: .unknownVersion(version, newest: newest), directory: directory)
        }
        return index + 1
    }

    private func step(_ direction: Direction, at index: Int) throws(MigrationsError) -> MigrationStep {
        let migration = migrations[index]
        let below = index == 0 ? nil : migrations[index - 1].version
        let file = migration.file(direction)
        return MigrationStep(
            version: migration.version, title: file?.title ?? migration.title, direction: direction,
            from: direction == .up ? below : migration.version, to: direction == .up ? migration.version : below,
            checksum: file?.checksum, isTransactional: try file.map(isTransactional) ?? true,
            limits: try file.flatMap(directives)?.limits,
            hazards: file?.hazards().map(\.hazard).withoutRepetition ?? [])
    }

    private func directives(_ file: MigrationFile) throws(MigrationsError) -> Directives? {
        do {
            return try file.runnableScript().directives
        } catch {
            throw MigrationsError(reason: .unrunnable(file: file.path, error), directory: directory)
        }
    }

    private func isTransactional(_ file: MigrationFile) throws(MigrationsError) -> Bool {
        do {
            return file.isTransactional(try file.runnableScript())
        } catch {
            throw MigrationsError(reason: .unrunnable(file: file.path, error), directory: directory)
        }
    }
}
