public import FleetModel
public import Migrations

/// Replays migrations on a scratch server, from nothing, and looks at the schema on the way.
public struct Replay: Sendable {
    /// The files.
    public let set: MigrationSet
    /// How they are run and which version table they keep.
    public let rules: TargetRules
    /// What scratch needs before.
    public let scratch: ScratchRules
    /// How the schema is looked at. Its home is where the migrations are run.
    public let scope: CatalogScope

    /// Takes the four.
    public init(set: MigrationSet, rules: TargetRules, scratch: ScratchRules, scope: CatalogScope) {
        self.set = set
        self.rules = rules
        self.scratch = scratch
        self.scope = scope
    }

    /// The schemas on some versions, by one way up.
    ///
    /// - Throws: `ScratchError`; with what failed on which migration.
    public func schemas(on versions: Set<Version?>, _ server: ScratchServer) async throws(ScratchError)
        -> [ExpectedSchema]
    {
        // What the files make of roles stays in no database, and the next ones to be replayed make them, too.
        let roles = await server.roles()
        let database = try await server.database(scratch)
        let order = set.migrations.map(\.version).filter { versions.contains($0) }
        var found: [ExpectedSchema] = []
        let session = try await session(on: database)
        do throws(ScratchError) {
            if versions.contains(nil) { found.append(try await look(session, nil)) }
            var current: Version?
            for version in order {
                try await go(session, from: current, to: version)
                found.append(try await look(session, version))
                current = version
            }
            await session.close()
            await server.drop(database)
            await server.dropRoles(except: roles)
            return found
        } catch {
            await session.close()
            await server.drop(database)
            await server.dropRoles(except: roles)
            throw error
        }
    }

    func session(on database: ScratchDatabase) async throws(ScratchError) -> TargetSession {
        try await Self.session(on: database, rules, schema: scope.home)
    }

    static func session(
        on database: ScratchDatabase, _ rules: TargetRules, schema: String?
    ) async throws(ScratchError) -> TargetSession {
        do {
            let session = try await database.session(rules, schema: schema)
            _ = try await session.look()
            return session
        } catch let error as TargetFailure {
            throw ScratchError(.migration(error.message))
        } catch {
            throw ScratchError(.noServer("\(error)"))
        }
    }

    static func snapshot(
        _ session: TargetSession, _ scope: CatalogScope, of kinds: Set<ObjectKind>? = nil
    ) async throws(ScratchError) -> SchemaSnapshot {
        do { return try await session.snapshot(scope, of: kinds) } catch {
            throw ScratchError(.migration(error.message))
        }
    }

    func fingerprint(_ session: TargetSession) async throws(ScratchError) -> SchemaFingerprint {
        do throws(TargetFailure) {
            guard let fingerprint = try await session.fingerprint(scope).fingerprint else {
                throw TargetFailure(kind: .sql, message: "The schema's fingerprint was not computed")
            }
            return fingerprint
        } catch {
            throw ScratchError(.migration(error.message))
        }
    }

    func go(_ session: TargetSession, from: Version?, to: Version?) async throws(ScratchError) {
        let route: Route
        do { route = try set.route(from: from, to: to) } catch { throw ScratchError(.migration("\(error)")) }
        let report = await session.run(route, in: set, options: RunOptions())
        if let failure = report.failure {
            let step = failure.step.map { "migration \($0.version) (\($0.direction.rawValue)): " } ?? ""
            throw ScratchError(.migration(step + failure.message))
        }
    }

    func look(_ session: TargetSession, _ version: Version?) async throws(ScratchError) -> ExpectedSchema {
        let snapshot = try await Self.snapshot(session, scope)
        return ExpectedSchema(
            version: version, fingerprint: try await fingerprint(session),
            file: SnapshotFile(snapshot, source: "migrations"))
    }
}
