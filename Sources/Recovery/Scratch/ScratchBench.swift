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

/// What is made on scratch, each thing once: databases on versions, what playing a file brings, ways out of a state. So no
/// history is replayed twice however many targets and hypotheses there are.
actor ScratchBench {
    /// A database on a version, which is copied and never changed, and what it looks like.
    private struct Template {
        let database: ScratchDatabase
        let sight: Sight
    }

    private struct Made: Hashable {
        let line: ScratchLine.Key
        let step: MigrationStep
        var done: Int?
        var leftover: Leftover?
    }

    private let servers: ScratchServers
    private var server: Result<ScratchServer, ScratchObstacle>?
    private var templates: [ScratchLine.Key: Result<Template, ScratchObstacle>] = [:]
    private var plays: [Made: Result<Play, ScratchObstacle>] = [:]
    private var ways: [Made: [Way]] = [:]
    private var histories: [ScratchLine.Key: History] = [:]
    private var homes: [ScratchLine.Key: String?] = [:]

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

    /// The history of a target. Of schemas that are targets of their own the first one's name stands for all, as it does in
    /// a check: objects of the home are read without a schema.
    func line(_ set: MigrationSet, _ rules: TargetRules, _ scope: CatalogScope) -> ScratchLine {
        guard scope.isHomeOnly else { return ScratchLine(set: set, rules: rules, scope: scope) }
        var shared = scope
        shared.home = nil
        let key = ScratchLine(set: set, rules: rules, scope: shared).key(nil)
        shared.home = homes[key] ?? scope.home
        homes[key] = shared.home
        return ScratchLine(set: set, rules: rules, scope: shared)
    }

    /// A database on a version, which is copied and never changed.
    func template(_ version: Version?, _ line: ScratchLine) async throws(ScratchObstacle) -> ScratchDatabase {
        try await made(version, line).database
    }

    /// The schema on a version.
    func sight(of version: Version?, _ line: ScratchLine) async throws(ScratchObstacle) -> Sight {
        try await made(version, line).sight
    }

    private func made(_ version: Version?, _ line: ScratchLine) async throws(ScratchObstacle) -> Template {
        if let known = templates[line.key(version)] { return try known.get() }
        let made: Result<Template, ScratchObstacle>
        do throws(ScratchObstacle) {
            made = .success(try await make(version, line))
        } catch {
            made = .failure(error)
        }
        templates[line.key(version)] = made
        return try made.get()
    }

    private func make(_ version: Version?, _ line: ScratchLine) async throws(ScratchObstacle) -> Template {
        var below: Version?
        var base: ScratchDatabase?
        if let version {
            below = line.set.versions.last { lower in
                guard lower < version, case .success? = templates[line.key(lower)] else { return false }
                return true
            }
            if case .success(let template)? = templates[line.key(below)] { base = template.database }
        }
        let database = if let base { try await copy(of: base) } else { try await empty() }
        let session = try await session(on: database, line)
        do throws(ScratchObstacle) {
            if version != nil { try await session.go(from: below, to: version, line) }
            let sight: Sight
            do throws(TargetFailure) {
                sight = try await session.sight(line.scope)
            } catch {
                throw ScratchObstacle(kind: .notReplayable, message: error.message)
            }
            await session.close()
            return Template(database: database, sight: sight)
        } catch {
            await session.close()
            throw error
        }
    }

    /// A database on which nothing is applied, to be changed.
    func empty() async throws(ScratchObstacle) -> ScratchDatabase {
        let server = try running()
        do throws(ScratchError) { return try await server.database(servers.rules) } catch {
            throw ScratchObstacle(error)
        }
    }

    /// What playing an attempt brings.
    func play(_ attempt: Attempt, _ line: ScratchLine) async throws(ScratchObstacle) -> Play {
        let key = Made(line: line.key(nil), step: attempt.step)
        if let known = plays[key] { return try known.get() }
        let played: Result<Play, ScratchObstacle>
        do throws(ScratchObstacle) {
            played = .success(try await Trial(attempt: attempt, line: line, bench: self).play())
        } catch {
            played = .failure(error)
        }
        plays[key] = played
        return try played.get()
    }

    /// The ways out of a state in which a part of a file is in.
    func ways(outOf state: Hypothesis, of play: Play, _ line: ScratchLine) async throws(ScratchObstacle) -> [Way] {
        let key = Made(line: line.key(nil), step: state.step, done: state.done, leftover: state.leftover)
        if let known = ways[key] { return known }
        let branch = try await Branch(state, of: play.attempt, line, self)
        let repairs = Repairs(
            branch: branch, play: play, origin: try? await sight(of: state.step.from, line),
            goal: try? await sight(of: state.step.to, line))
        let found = [try await repairs.finish(), try await repairs.undo()]
        await branch.close()
        ways[key] = found
        return found
    }

    /// The schemas on all versions, from the first one up.
    func history(_ line: ScratchLine) async throws(ScratchObstacle) -> History {
        if let known = histories[line.key(nil)] { return known }
        let history = try await History(line, on: self)
        histories[line.key(nil)] = history
        return history
    }

    /// A database like another one, to be changed.
    func copy(of database: ScratchDatabase) async throws(ScratchObstacle) -> ScratchDatabase {
        let server = try running()
        do throws(ScratchError) { return try await server.copy(of: database) } catch { throw ScratchObstacle(error) }
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
