internal import FleetModel
internal import Postgres

/// pgfleet's own tables on a target: `pgfleet.history`, what was run there, and `pgfleet.progress`, how far the
/// migration that runs statement by statement has got.
///
/// The version table alone decides what is applied. These two only tell more, and where the role may not make or write
/// them, migrations run without them.
enum RecordTables {
    /// The schema that they are in.
    static let schema = "pgfleet"

    /// How they stand on a target.
    enum Standing: String, Sendable, Hashable {
        /// Both are there and may be written.
        case ready
        /// The progress may be read, and not all that is needed may be written.
        case readable
        /// They are missing, or one of them is, and may be made.
        case missing
        /// The role may neither make nor read them.
        case forbidden
        /// They are missing, and their schema would change what names mean to the role `pgfleet`.
        case shadowing
    }

    /// An expression with one of the words of `Standing`. Functions that look into the server's caches alone: a join of
    /// catalogs costs a new session a millisecond. CASE keeps those from being called that would fail.
    ///
    /// To a role called `pgfleet` that may use the schema, it comes first in the search path (`"$user", public`): the role's
    /// next tables, and the version table that its tools look for, would be in there. So the schema is not made where
    /// there is such a role that would have the right to use it (it is the schema's owner to be, or a member of that one, or a
    /// superuser), but for the role that logs in here without "$user" in its search path. A role without the right does not see
    /// the schema by an unqualified name. Nothing of this is asked where no role has the name.
    static let standing = """
        CASE WHEN to_regnamespace('pgfleet') IS NULL THEN \
        CASE WHEN NOT has_database_privilege(current_database(), 'CREATE') THEN 'forbidden' \
        WHEN to_regrole('pgfleet') IS NULL THEN 'missing' \
        WHEN NOT pg_has_role('pgfleet', current_user, 'USAGE') THEN 'missing' \
        WHEN current_user = 'pgfleet' AND (SELECT strpos(reset_val, '$user') = 0 FROM pg_settings \
        WHERE name = 'search_path') THEN 'missing' ELSE 'shadowing' END \
        WHEN NOT has_schema_privilege('pgfleet', 'USAGE') THEN 'forbidden' \
        WHEN to_regclass('pgfleet.history') IS NULL OR to_regclass('pgfleet.progress') IS NULL THEN \
        CASE WHEN has_schema_privilege('pgfleet', 'CREATE') THEN 'missing' ELSE 'forbidden' END \
        WHEN has_table_privilege('pgfleet.history', 'SELECT') AND has_table_privilege('pgfleet.history', 'INSERT') \
        AND has_table_privilege('pgfleet.progress', 'SELECT') AND has_table_privilege('pgfleet.progress', 'INSERT') \
        AND has_table_privilege('pgfleet.progress', 'UPDATE') AND has_table_privilege('pgfleet.progress', 'DELETE') \
        THEN 'ready' WHEN has_table_privilege('pgfleet.progress', 'SELECT') THEN 'readable' ELSE 'forbidden' END
        """

    /// One group that makes them where they are missing, while whoever else wants to make them waits: without the lock,
    /// CREATE … IF NOT EXISTS fails for the second of two that begin at once.
    ///
    /// The lock's number is the first eight bytes of SHA-256 of `pgfleet.records`, without the sign bit.
    static let creation = [
        "SELECT pg_advisory_xact_lock(559704350676108922)",
        "CREATE SCHEMA IF NOT EXISTS pgfleet",
        """
        CREATE TABLE IF NOT EXISTS pgfleet.history (\
        target_schema text NOT NULL, version_table text NOT NULL, \
        version bigint, came_from bigint, direction text NOT NULL, title text, checksum text, \
        started_at timestamptz NOT NULL, finished_at timestamptz NOT NULL, statements integer, rollout text, \
        operator text, tool_version text NOT NULL, sqlstate text, error text)
        """,
        """
        CREATE TABLE IF NOT EXISTS pgfleet.progress (\
        target_schema text NOT NULL, version_table text NOT NULL, version bigint NOT NULL, direction text NOT NULL, \
        leads_to bigint, checksum text, statements integer NOT NULL, begun integer, done integer, \
        rollout text, operator text, tool_version text NOT NULL, backend_pid integer NOT NULL, \
        backend_start timestamptz, started_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, \
        PRIMARY KEY (target_schema, version_table))
        """,
    ].enumerated().map { PipelineStatement($1, joinsPrevious: $0 > 0) }
}
