public import FleetModel
internal import Postgres

/// What a look over a session that many schemas share says of one of them.
public struct SharedLook: Sendable, Hashable {
    /// What its version table says; clean.
    public let record: VersionRecord
    /// Versions that lie below its own and were never applied there.
    public let neverApplied: [Version]
}

extension TargetSession {
    /// How long a reading waits for a lock while others wait behind it. A schema that is kept back so is looked at by itself.
    private static let sharedLockTimeout = LockTimeout(.milliseconds(100))

    /// Looks at further schemas of this session's database: three round trips at most, however many there are. Changes
    /// nothing. Known after a look at its own target, which differs from the others in its schema alone.
    ///
    /// Only the plain answers are given: clean, with nothing passed over. Whatever else there is to say of a target, a right
    /// that is missing, a view or a foreign table, a lock that is waited for, a look at it alone says.
    /// - Parameters:
    ///   - versions: of the files.
    ///   - searchesHistory: whether versions that were passed over are looked for in the history, too.
    /// - Returns: the plain answers, none where the session cannot be shared; nil where it is not known where it stands, or
    ///   broke: then it is of no further use.
    public func look(
        at others: [Target], among versions: [Version], searchesHistory: Bool
    ) async -> [TargetID: SharedLook]? {
        guard let here = orientation else { return nil }
        guard isShared(here) else { return [:] }
        let asked = others.filter { $0.schema.map(Self.isPlain) ?? false }
        guard !asked.isEmpty else { return [:] }
        do throws(PostgresError) {
            let found = try await records(of: asked, here)
            let gaps = try await schemasWithGaps(found, here, versions, searchesHistory)
            var looks: [TargetID: SharedLook] = [:]
            for target in asked {
                guard let schema = target.schema, let record = found[schema], !gaps.contains(schema) else { continue }
                looks[target.id] = SharedLook(record: record, neverApplied: record.neverApplied(among: versions))
            }
            return looks
        } catch {
            return nil
        }
    }

    /// The same connection as it was when it began, for another schema of the same database; nil where it cannot be had
    /// so. This session must not be used any more.
    ///
    /// One round trip. What the server keeps with the login, as what ALTER ROLE … SET has set since, is not read again.
    public func handedOver(to other: Target) async -> TargetSession? {
        guard let here = orientation, isShared(here), !mayBeMarked, other.endpoint == target.endpoint,
            other.database == target.database, await connection.transactionStatus == .idle
        else {
            await close()
            return nil
        }
        do {
            // DISCARD ALL ends with no role; one that ALTER ROLE … SET role gives each session comes back by RESET.
            let answers = try await connection.pipeline(
                [PipelineStatement("DISCARD ALL"), PipelineStatement("RESET ROLE")], timeout: options.recoveryLimit)
            for answer in answers { _ = try answer.result() }
        } catch {
            await close()
            return nil
        }
        notices.clear()
        return TargetSession(other, settings, options, connection, notices)
    }

    /// Not behind a pooler, where settings of a session reach others.
    private func isShared(_ here: Orientation) -> Bool {
        let table = options.rules.versionTable
        return here.backendPID == connection.backendPID && options.rules.versionTableSchema == nil
            && !table.hasPrefix("pg_") && table.utf8.count <= Self.nameLimit
            // Where the history's failures are the only mark, each target's is asked by itself.
            && (here.table.marksBegunSteps || options.rules.keepsProgress || !options.rules.keepsHistory)
    }

    /// Whether `pgfleet.progress` may tell that a migration began and did not end, the tool's table having no mark.
    private func progressMayMark(_ here: Orientation) -> Bool {
        !here.table.marksBegunSteps && (records != nil || here.records == .ready || here.records == .readable)
    }

    /// The bytes that the server keeps of a name.
    private static let nameLimit = 63

    /// Whether a search path takes the name for this schema's and nothing else.
    private static func isPlain(_ schema: String) -> Bool {
        !schema.isEmpty && schema != "$user" && !schema.hasPrefix("pg_") && schema != RecordTables.schema
            && !schema.utf8.contains(0)
    }

    /// So that names mean what they should, whatever search path the role has.
    var sharedSettings: SessionSettings {
        SessionSettings(
            schema: "pg_catalog", lockTimeout: Self.sharedLockTimeout,
            statementTimeout: StatementTimeout(options.recoveryLimit))
    }

    /// What the version tables of some schemas say, as far as it is plain.
    private func records(of asked: [Target], _ here: Orientation) async throws(PostgresError) -> [String: VersionRecord]
    {
        let schemas = asked.compactMap(\.schema)
        func table(in schema: String) -> VersionTable {
            VersionTable(
                layout: here.table.layout, schema: schema, name: here.table.name,
                takesOldLocks: here.table.takesOldLocks)
        }
        let locks = schemas.flatMap { table(in: $0).locks(database: here.database) }
        let standings = try await connection.pipeline(
            [
                sharedSettings.localStatement, SessionsAtWork.held(among: locks),
                Self.standings(of: schemas, table: here.table.name),
            ], timeout: options.recoveryLimit)
        let held = Set(try standings[1].result().rows.compactMap { $0[0].flatMap { Int64($0) } })
        var found: [String: VersionRecord] = [:]
        var tables: [VersionTable] = []
        for row in try standings[2].result().rows {
            guard let name = row[0] else { continue }
            let table = table(in: name)
            // Who is at work there is told by a look at it alone.
            let isAtWork = !held.isEmpty && table.locks(database: here.database).contains { held.contains($0.number) }
            switch row[1] {
            case _ where isAtWork: break
            case nil: found[name] = .empty
            case "t": tables.append(table)
            default: break
            }
        }
        let marks = progressMayMark(here) ? [Self.marks(table: here.table.name)] : []
        // Each by itself, so that one which fails fails alone.
        let answers = try await connection.pipeline(
            [sharedSettings.statement] + tables.map { PipelineStatement($0.reading) } + marks
                + [PipelineStatement("RESET ALL")],
            timeout: options.recoveryLimit
        ).dropFirst()
        for (table, answer) in zip(tables, answers) {
            guard case .completed(let result) = answer, let record = try? table.record(in: result.rows) else {
                continue
            }
            if !record.state.isDirty { found[table.schema] = record }
        }
        if !marks.isEmpty {
            for row in try answers[answers.startIndex + tables.count].result().rows {
                if let name = row[0] { found[name] = nil }
            }
        }
        return found
    }

    /// Those of the schemas whose history may tell of versions that were passed over.
    private func schemasWithGaps(
        _ found: [String: VersionRecord], _ here: Orientation, _ versions: [Version], _ searchesHistory: Bool
    ) async throws(PostgresError) -> Set<String> {
        guard searchesHistory, here.records == .ready, options.rules.keepsHistory else { return [] }
        let current = found.compactMapValues { $0.applied == nil ? $0.state.version : nil }
        let onVersion = Dictionary(grouping: current.keys) { current[$0] }.compactMap { version, schemas in
            version.map { (version: $0, schemas: schemas) }
        }
        guard !onVersion.isEmpty else { return [] }
        let answers = try await connection.pipeline(
            [sharedSettings.localStatement]
                + onVersion.map { Records.digests(of: $0.schemas, upTo: $0.version, versionTable: here.table.name) },
            timeout: options.recoveryLimit)
        var gaps: Set<String> = []
        for (group, answer) in zip(onVersion, answers.dropFirst()) {
            var expected: [AppliedDigest.Span: String] = [:]
            for row in try answer.result().rows {
                guard let name = row[0], let digest = row[3] else { continue }
                let start = row[2] == "t" ? nil : row[1].flatMap { Version(text: $0) }
                let span = AppliedDigest.Span(start: start, end: group.version)
                let wanted = expected[span] ?? AppliedDigest.of(span.among(versions))
                expected[span] = wanted
                if digest != wanted { gaps.insert(name) }
            }
        }
        return gaps
    }

    /// Asks which of some schemas there are that the role may use; and of their version tables, where there is one, whether
    /// it is a plain one, which answers the same whoever asks under whatever search path.
    private static func standings(of schemas: [String], table: String) -> PipelineStatement {
        PipelineStatement(
            """
            SELECT n.nspname, c.relkind = 'r' AND NOT c.relrowsecurity FROM unnest($1::text[]) AS asked (name) \
            JOIN pg_namespace n ON n.nspname = asked.name \
            LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = $2::text \
            WHERE has_schema_privilege(n.oid, 'USAGE')
            """, [Parameter(schemas.arrayLiteral as String?), Parameter(table as String?)], joinsPrevious: true)
    }

    /// Asks in which schemas a migration is on its way, or did not end.
    private static func marks(table: String) -> PipelineStatement {
        PipelineStatement(
            "SELECT target_schema FROM pgfleet.progress WHERE version_table = $1", [Parameter(table as String?)])
    }
}
