public import FleetModel
internal import Postgres
internal import SQL

/// How many objects of each kind a schema holds, by PostgreSQL's words: `table`, `view`, `function`, …
public struct SchemaContents: Sendable, Hashable {
    /// The schema's name.
    public let schema: String
    /// Only kinds that occur; what belongs to an extension is not counted.
    public let counts: [String: Int]

    /// All of them together.
    public var total: Int { counts.values.reduce(0, +) }
}

extension TargetSession {
    /// What is in the session's current schema and is its own: not a part of an extension, and not of another object, as
    /// the sequence of an identity column is.
    ///
    /// - Source: every object in a schema depends on it in `pg_depend`; a part of an extension depends on that with `e`, a
    ///   part of another object with `i`.
    private static let objects = """
        SELECT thing.type, thing.identity FROM pg_depend d, pg_identify_object(d.classid, d.objid, 0) thing \
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = quote_ident(current_schema())::regnamespace \
        AND d.deptype = 'n' AND d.classid <> 'pg_extension'::regclass \
        AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.objsubid = 0 \
        AND e.deptype IN ('e', 'i'))
        """

    /// The event triggers that go with the functions which are dropped; they lie in no schema.
    private static let eventTriggers = """
        SELECT 'event trigger', quote_ident(t.evtname) FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid \
        WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND NOT EXISTS (SELECT FROM pg_depend e \
        WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
        """

    /// What lies in other schemas and could depend on something here.
    private static let outside = """
        SELECT array_agg(pg_describe_object(x.class, x.id, x.part) ORDER BY x.class, x.id, x.part) FROM (\
        SELECT classid, objid, 0 FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid <> here \
        AND classid <> 'pg_extension'::regclass \
        UNION ALL SELECT 'pg_constraint'::regclass, oid, 0 FROM pg_constraint WHERE connamespace <> here \
        UNION ALL SELECT 'pg_class'::regclass, attrelid, attnum FROM pg_attribute, pg_class c \
        WHERE attnum > 0 AND NOT attisdropped AND c.oid = attrelid AND relkind IN ('r', 'p', 'f') AND relnamespace <> here \
        AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace) \
        UNION ALL SELECT 'pg_attrdef'::regclass, a.oid, 0 FROM pg_attrdef a, pg_class c \
        WHERE c.oid = adrelid AND relnamespace <> here \
        UNION ALL SELECT 'pg_trigger'::regclass, t.oid, 0 FROM pg_trigger t, pg_class c \
        WHERE c.oid = tgrelid AND NOT tgisinternal AND relnamespace <> here \
        UNION ALL SELECT 'pg_policy'::regclass, p.oid, 0 FROM pg_policy p, pg_class c \
        WHERE c.oid = polrelid AND relnamespace <> here) x (class, id, part)
        """

    /// Drops one after the other; what a drop takes with it in another schema ends the transaction.
    private static func block(_ table: VersionTable) -> String {
        """
        DECLARE here oid := quote_ident(current_schema())::regnamespace; before text[]; after text[]; o record;
        BEGIN
        before := (\(outside));
        FOR o IN \(objects) ORDER BY thing.type <> 'table' LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', CASE o.type WHEN 'composite type' THEN 'type' \
        WHEN 'statistics object' THEN 'statistics' ELSE o.type END, o.identity);
        END LOOP;
        DROP TABLE IF EXISTS \(table.identifier);
        after := (\(outside));
        IF before IS DISTINCT FROM after THEN RAISE EXCEPTION 'other schemas depend on this one: %', \
        (SELECT string_agg(x, ', ') FROM (SELECT unnest(before) EXCEPT SELECT unnest(after) ORDER BY 1 LIMIT 5) y (x)) \
        USING ERRCODE = 'dependent_objects_still_exist'; END IF;
        END
        """
    }

    /// Counts what `drop` would drop. Locks and changes nothing.
    public func contents() async throws(TargetFailure) -> SchemaContents {
        let here = if let orientation { orientation } else { try await orient().here }
        do throws(PostgresError) {
            let outcomes = try await connection.pipeline(
                [
                    ownSettings.statement, PipelineStatement("SELECT current_schema()"),
                    PipelineStatement(
                        "SELECT type, count(*) FROM (\(Self.objects) UNION ALL \(Self.eventTriggers)) x GROUP BY type"),
                ], timeout: options.recoveryLimit)
            let rows = try outcomes[2].result().rows
            let schema = try outcomes[1].result().firstValue ?? here.table.schema
            let counts = rows.map { ($0[0] ?? "", $0[1].flatMap { Int($0) } ?? 0) }
            return SchemaContents(schema: schema, counts: Dictionary(counts) { $0 + $1 })
        } catch {
            throw unchanged(error)
        }
    }

    /// Drops all that the schema holds and the version table, in one transaction under the migration locks; whatever the
    /// version table says. What belongs to an extension stays, and so do the schema itself and the history in `pgfleet`.
    ///
    /// - Returns: what was there.
    /// - Throws: when anything in another schema depends on what is here, or the role may not drop it; nothing was changed
    ///   then.
    public func drop() async throws(TargetFailure) -> SchemaContents {
        let settings = SessionSettings(options.rules, schema: target.schema)
        let locks = try await lock(for: options.rules.lockWait, running: settings, forSteps: false)
        let result: Result<SchemaContents, TargetFailure>
        do throws(TargetFailure) {
            let found = try await contents()
            try await drop(locks.here, settings)
            result = .success(found)
        } catch {
            result = .failure(error)
        }
        _ = await finishing { await self.release(locks.here) }
        return try result.get()
    }

    private func drop(_ here: Orientation, _ settings: SessionSettings) async throws(TargetFailure) {
        let script =
            ["BEGIN"] + settings.statements(local: true) + ["DO " + quotedLiteral(Self.block(here.table))]
            + (records?.forgetting ?? []) + ["COMMIT"]
        do throws(PostgresError) {
            _ = try await connection.run(
                script.joined(separator: ";"), timeout: settings.patience(statements: 1, slack: options.recoveryLimit))
        } catch {
            await rollBack()
            var failure = unchanged(error)
            // Also a time limit or a cancel that the server did not confirm.
            if !error.isConnectionUsable {
                failure.consequence = "Whether it was dropped is not known, because the connection broke"
                failure.remedy = "Look: " + texts.command("status")
            }
            throw failure
        }
    }
}
