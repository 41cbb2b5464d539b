/// The story that recovery is for: versions 1 and 9 both define `audit_logs`, with other columns. Version 9 keeps the old
/// table in silence (IF NOT EXISTS), then indexes a column that is not there.
enum AuditLogs {
    /// Versions 1 to 8, and the 9 that fails at its second statement.
    static let broken =
        upTo8 + [
            "9_audit.up.sql": """
            CREATE TABLE IF NOT EXISTS audit_logs (id bigserial PRIMARY KEY, resource_type text NOT NULL, old_values jsonb);
            CREATE INDEX audit_logs_resource ON audit_logs (resource_type);
            CREATE TABLE retention (days int NOT NULL);

            """, "9_audit.down.sql": "DROP TABLE retention;\nDROP INDEX audit_logs_resource;\n",
        ]

    /// The same with a 9 that takes the old table as it is and adds to it.
    static let repaired =
        upTo8 + [
            "9_audit.up.sql": """
            ALTER TABLE audit_logs ADD COLUMN resource_type text, ADD COLUMN old_values jsonb;
            CREATE INDEX audit_logs_resource ON audit_logs (resource_type);
            CREATE TABLE retention (days int NOT NULL);

            """,
            "9_audit.down.sql": """
            DROP TABLE retention;
            DROP INDEX audit_logs_resource;
            ALTER TABLE audit_logs DROP COLUMN old_values, DROP COLUMN resource_type;

            """,
        ]

    private static let upTo8 =
        [
            "1_audit.up.sql": """
            CREATE TABLE audit_logs (id bigserial PRIMARY KEY, entity_type text NOT NULL, old_value text);
            CREATE INDEX audit_logs_entity ON audit_logs (entity_type);

            """, "1_audit.down.sql": "DROP TABLE audit_logs;\n",
        ] + (2...8).reduce([:]) { $0 + Samples.table($1) }
}
