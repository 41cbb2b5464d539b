internal import FleetModel
internal import Migrations
internal import Schema

/// The history that scratch databases are made from: whose files, run how and where.
struct ScratchLine: Sendable {
    let set: MigrationSet
    let rules: TargetRules
    /// How the schema is looked at; its home is where the migrations are run.
    let scope: CatalogScope

    struct Key: Hashable {
        let directory: String
        let rules: TargetRules
        let scope: CatalogScope
        let version: Version?
    }

    func key(_ version: Version?) -> Key {
        Key(directory: set.directory, rules: rules, scope: scope, version: version)
    }
}

/// Scratch databases on versions, each made once and copied as often as one is needed, so that no history is replayed
/// twice however many targets and hypotheses there are.
actor ScratchBench {
    private let servers: ScratchServers
    private var server: Result<ScratchServer, ScratchObstacle>?
    private var templates: [ScratchLine.Key: Result<ScratchDatabase, ScratchObstacle>] = [:]

    private var sights: [ScratchLine.Key: Sight] = [:]

    init(_ servers: ScratchServers) { self.servers = servers }

    /// The server, started at the first call.
    ///
    /// - Parameter major: the release that the targets have, which is taken where it is installed.
    func start(major: Int) async throws(ScratchObstacle) {
        guard server == nil else { return try check() }
        do {
            server = .success(try await servers.server(major: major))
        } catch {
            server = .failure(
                ScratchObstacle(
                    kind: .noScratch,
                    message:
                        "No scratch server could be \(servers.isNamed ? "used" : "started on this machine"), so nothing can be "
                        + "proven: \(error)"))
        }
        try check()
    }

    private func check() throws(ScratchObstacle) { _ = try running() }

    private func running() throws(ScratchObstacle) -> ScratchServer {
        guard let server else { throw ScratchObstacle(kind: .noScratch, message: "No scratch server was started") }
        return try server.get()
    }

    /// A database on a version, which is copied and never changed.
    func template(_ version: Version?, _ line: ScratchLine) async throws(ScratchObstacle) -> ScratchDatabase {
        if let known = templates[line.key(version)] { return try known.get() }
        let made: Result<ScratchDatabase, ScratchObstacle>
        do throws(ScratchObstacle) {
            made = .success(try await make(version, line))
        } catch {
            made = .failure(error)
        }
        templates[line.key(version)] = made
        return try made.get()
    }

    private func make(_ version: Version?, _ line: ScratchLine) async throws(ScratchObstacle) -> ScratchDatabase {
        guard let version else {
            let server = try running()
            do throws(ScratchError) { return try await server.database(servers.rules) } catch {
                throw ScratchObstacle(error)
            }
        }
        let below = line.set.versions.last { lower in
            guard lower < version, case .success? = templates[line.key(lower)] else { return false }
            return true
        }
        let database = try await copy(of: try await template(below, line))
        let session = try await session(on: database, line)
        do throws(ScratchObstacle) {
            try await session.go(from: below, to: version, line)
            await session.close()
            return database
        } catch {
            await session.close()
            throw error
        }
    }

    /// A database like another one, to be changed.
    func copy(of database: ScratchDatabase) async throws(ScratchObstacle) -> ScratchDatabase {
        let server = try running()
        do throws(ScratchError) { return try await server.copy(of: database) } catch { throw ScratchObstacle(error) }
    }

    /// The schema on a version.
    func sight(of version: Version?, _ line: ScratchLine) async throws(ScratchObstacle) -> Sight {
        let key = line.key(version)
        if let known = sights[key] { return known }
        let database = try await copy(of: try await template(version, line))
        let session = try await session(on: database, line)
        let sight: Result<Sight, TargetFailure>
        do throws(TargetFailure) {
            sight = .success(try await session.sight(line.scope))
        } catch {
            sight = .failure(error)
        }
        await session.close()
        await drop(database)
        switch sight {
        case .success(let found):
            sights[key] = found
            return found
        case .failure(let failure): throw ScratchObstacle(kind: .notReplayable, message: failure.message)
        }
    }

    /// Takes a database away.
    func drop(_ database: ScratchDatabase) async { await (try? running())?.drop(database) }

    /// A session under the line's rules that has looked where it is.
    func session(on database: ScratchDatabase, _ line: ScratchLine) async throws(ScratchObstacle) -> TargetSession {
        do {
            let session = try await database.session(line.rules, schema: line.scope.home)
            _ = try await session.look()
            return session
        } catch let failure as TargetFailure {
            throw ScratchObstacle(kind: .noScratch, message: "The scratch server was lost: \(failure.message)")
        } catch {
            throw ScratchObstacle(kind: .noScratch, message: "The scratch server was lost: \(error)")
        }
    }
}

extension ScratchObstacle {
    init(_ error: ScratchError) {
        let kind: Kind =
            switch error.reason {
            case .migration: .notReplayable
            case .noServer, .setUp, .unreadablePrelude: .noScratch
            }
        self.init(kind: kind, message: "\(error)")
    }
}

extension TargetSession {
    /// Migrates a scratch database.
    func go(from: Version?, to: Version?, _ line: ScratchLine) async throws(ScratchObstacle) {
        let route: Route
        do {
            route = try line.set.route(from: from, to: to)
        } catch {
            throw ScratchObstacle(kind: .notReplayable, message: "\(error)")
        }
        let report = await run(route, in: line.set)
        guard let failure = report.failure else { return }
        let step = failure.step.map { "the \($0.direction.rawValue) of \($0.version) fails on scratch" }
        let place = failure.place.map { " (\($0.file):\($0.line))" } ?? ""
        throw ScratchObstacle(
            kind: .notReplayable, message: "\(step ?? "a migration fails on scratch")\(place): \(failure.message)")
    }
}
