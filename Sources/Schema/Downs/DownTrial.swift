internal import FleetModel
internal import Migrations
internal import SQL

/// Runs each version's up, its down and the up again, and compares the schemas on the way.
///
/// That happens in one scratch database, the bench, from the lowest version to the newest. What a down spoils there must
/// not be laid at the door of the versions after it: after each fault the bench is thrown away, and goes on as a copy of a
/// second database, the trail, on which nothing but ups are run, once each and not before they are needed.
struct DownTrial {
    private let replay: Replay
    private let server: ScratchServer
    private var bench: Bench?
    private var trail: Trail?
    private(set) var proof: DownProof
    /// The server's roles before anything was run.
    private var roles: Set<String> = []

    private struct Bench {
        let database: ScratchDatabase
        let session: TargetSession
        /// Whether nothing but ups were run in it.
        var isUntouched: Bool
        var version: Version?
        var fingerprint: SchemaFingerprint
    }

    private struct Trail {
        let database: ScratchDatabase
        var version: Version?
        /// The server's roles, which all databases share, so that what the bench made of them can be taken back.
        var roles: Set<String>
    }

    init(_ replay: Replay, _ server: ScratchServer, after known: DownProof?) {
        self.replay = replay
        self.server = server
        proof = known ?? DownProof()
    }

    /// Runs what is not proven yet. Nothing is left on the server.
    ///
    /// - Returns: what was found, with the obstacle where it ended early.
    /// - Throws: where not even the first database is to be had.
    mutating func run() async throws(ScratchError) -> DownProof {
        roles = await server.roles()
        var failure: ScratchError?
        do throws(ScratchError) {
            try await begin()
            let known = proof.newest
            for version in replay.set.versions where known.map({ version > $0 }) ?? true {
                try await prove(version)
                proof.newest = version
            }
        } catch {
            failure = error
        }
        await dropBench()
        if let trail { await server.drop(trail.database) }
        await server.dropRoles(except: roles)
        if let failure {
            guard proof.newest != nil || !proof.faults.isEmpty else { throw failure }
            proof.obstacle = "\(failure)"
        }
        return proof
    }

    private mutating func begin() async throws(ScratchError) {
        if proof.newest == nil {
            try await open(try await server.database(replay.scratch), on: nil)
        } else {
            try await reopen(on: proof.newest)
        }
    }

    private mutating func prove(_ version: Version) async throws(ScratchError) {
        var start = try opened()
        let below = start.version
        var failure = try await run(start.session, from: below, to: version)
        if failure != nil, !start.isUntouched {
            try await reopen(on: below)
            start = try opened()
            failure = try await run(start.session, from: below, to: version)
        }
        if let failure { throw ScratchError(.migration("migration \(version) (up): \(failure.message)")) }
        let session = start.session
        let raised = try await look(session)
        bench?.version = version
        bench?.fingerprint = raised
        guard replay.set.migration(version)?.down != nil else {
            return proof.faults.append(DownFault(version: version, kind: .missing))
        }
        bench?.isUntouched = false
        if let failure = try await run(session, from: version, to: below) {
            proof.faults.append(DownFault(version: version, kind: .fails(failure)))
            return try await reopen(on: version)
        }
        let left = try await deviation(of: session, from: start.fingerprint)
        let second = try await run(session, from: below, to: version)
        let other = second == nil ? try await deviation(of: session, from: raised) : nil
        guard left != nil || second != nil || other != nil else { return }
        // What the schemas should be is on the trail, once the bench is not in its way.
        await dropBench()
        var findings: [SchemaFinding] = []
        if let left {
            findings = try await difference(of: left, on: below)
            if !findings.isEmpty { proof.faults.append(DownFault(version: version, kind: .restoresNot(findings))) }
        }
        if let second { proof.faults.append(DownFault(version: version, kind: .upFails(second))) }
        if let other {
            // What the down spoiled and the up leaves as it finds it is told already.
            let further = try await difference(of: other, on: version).filter { !findings.contains($0) }
            if !further.isEmpty { proof.faults.append(DownFault(version: version, kind: .upDiffers(further))) }
        }
        try await reopen(on: version)
    }

    /// A schema that is not what it should be, in the kinds in which it is not.
    private struct Deviation {
        let kinds: Set<ObjectKind>
        let live: SchemaSnapshot
    }

    private func deviation(
        of session: TargetSession, from wanted: SchemaFingerprint
    ) async throws(ScratchError) -> Deviation? {
        let kinds = try await look(session).kinds(differingFrom: wanted)
        guard !kinds.isEmpty else { return nil }
        return Deviation(kinds: kinds, live: try await Replay.snapshot(session, replay.scope, of: kinds))
    }

    private mutating func difference(
        of deviation: Deviation, on version: Version?
    ) async throws(ScratchError) -> [SchemaFinding] {
        let trail = try await advance(to: version)
        let session = try await replay.session(on: trail.database)
        let outcome: Result<SchemaSnapshot, ScratchError>
        do throws(ScratchError) {
            outcome = .success(try await Replay.snapshot(session, replay.scope, of: deviation.kinds))
        } catch {
            outcome = .failure(error)
        }
        await session.close()
        return SchemaDifference(expected: try outcome.get(), live: deviation.live, kinds: deviation.kinds).findings
    }

    // MARK: The two databases

    private func opened() throws(ScratchError) -> Bench {
        guard let bench else { throw ScratchError(.noServer("its database was closed")) }
        return bench
    }

    private mutating func open(_ database: ScratchDatabase, on version: Version?) async throws(ScratchError) {
        do throws(ScratchError) {
            let session = try await replay.session(on: database)
            do throws(ScratchError) {
                bench = Bench(
                    database: database, session: session, isUntouched: true, version: version,
                    fingerprint: try await look(session))
            } catch {
                await session.close()
                throw error
            }
        } catch {
            await server.drop(database)
            throw error
        }
    }

    /// Throws the bench away, and goes on with a copy of the trail.
    private mutating func reopen(on version: Version?) async throws(ScratchError) {
        await dropBench()
        let trail = try await advance(to: version)
        try await open(try await server.copy(of: trail.database), on: version)
    }

    private mutating func dropBench() async {
        guard let old = bench else { return }
        bench = nil
        await old.session.close()
        await server.drop(old.database)
    }

    /// Brings the trail up to a version. Nobody is connected to it then.
    private mutating func advance(to version: Version?) async throws(ScratchError) -> Trail {
        var trail: Trail
        if let made = self.trail {
            trail = made
        } else {
            await server.dropRoles(except: roles)
            trail = Trail(database: try await server.database(replay.scratch), version: nil, roles: [])
            trail.roles = await server.roles()
            self.trail = trail
        }
        guard trail.version != version else { return trail }
        await server.dropRoles(except: trail.roles)
        let session = try await replay.session(on: trail.database)
        let outcome: Result<Void, ScratchError>
        do throws(ScratchError) {
            outcome = .success(try await replay.go(session, from: trail.version, to: version))
        } catch {
            outcome = .failure(error)
        }
        await session.close()
        try outcome.get()
        trail.version = version
        trail.roles = await server.roles()
        self.trail = trail
        return trail
    }

    private func look(_ session: TargetSession) async throws(ScratchError) -> SchemaFingerprint {
        try await replay.fingerprint(session)
    }

    /// Runs one file.
    ///
    /// - Returns: why it failed; nil where it did not.
    /// - Throws: where that is not the file's fault.
    private func run(
        _ session: TargetSession, from: Version?, to: Version?
    ) async throws(ScratchError) -> TargetFailure? {
        let route: Route
        do throws(MigrationsError) {
            route = try replay.set.route(from: from, to: to)
        } catch {
            return TargetFailure(error)
        }
        guard var failure = await session.run(route, in: replay.set).failure else { return nil }
        if [.connectionLost, .unreachable, .cancelled].contains(failure.kind) {
            throw ScratchError(.noServer("it was lost: \(failure.message)"))
        }
        // What state scratch is in is nobody's concern.
        failure.consequence = nil
        failure.remedy = nil
        return failure
    }
}

extension TargetFailure {
    /// A file that cannot be run.
    fileprivate init(_ error: MigrationsError) {
        guard case .unrunnable(let file, let why) = error.reason else {
            self.init(kind: .configuration, message: "\(error)")
            return
        }
        self.init(
            kind: .sql, message: "It cannot be run: \(why.reason)",
            place: Place(file: file, line: why.place.line, column: why.place.column))
    }
}
