/// What a migration may do that loses data or breaks clients that are running, by the name under which it is allowed.
///
/// The names are written into journals and scripts; none of them changes. What locks or rewrites a table is no hazard,
/// and neither is a constraint: see docs/hazards.md.
public enum Hazard: String, Sendable, Hashable, Codable, CaseIterable {
    /// DROP TABLE.
    case dropTable = "drop_table"
    /// DROP VIEW, DROP MATERIALIZED VIEW, DROP FOREIGN TABLE, where the file does not create it again.
    case dropView = "drop_view"
    /// DROP COLUMN, DROP ATTRIBUTE.
    case dropColumn = "drop_column"
    /// DROP SCHEMA … CASCADE. Without CASCADE, PostgreSQL drops an empty schema only.
    case dropSchema = "drop_schema"
    /// DROP DATABASE.
    case dropDatabase = "drop_database"
    /// DROP OWNED BY.
    case dropOwned = "drop_owned"
    /// DROP of a type, an extension, a function, … with CASCADE.
    case dropCascade = "drop_cascade"
    /// TRUNCATE.
    case truncate
    /// DELETE without WHERE.
    case deleteAll = "delete_all"
    /// UPDATE without WHERE.
    case updateAll = "update_all"
    /// ALTER COLUMN … TYPE.
    case changeType = "change_type"
    /// A table or a view that is renamed, or moved to another schema.
    case renameTable = "rename_table"
    /// RENAME COLUMN, RENAME ATTRIBUTE.
    case renameColumn = "rename_column"
    /// ALTER SCHEMA … RENAME.
    case renameSchema = "rename_schema"
    /// ALTER TYPE … RENAME VALUE.
    case renameEnumValue = "rename_enum_value"
    /// A new column that is NOT NULL and has no default when the file has run.
    case addRequiredColumn = "add_required_column"
    /// DETACH PARTITION.
    case detachPartition = "detach_partition"

    /// Why it is one, in a sentence.
    public var text: String {
        switch self {
        case .dropTable: "The table's rows are deleted, and clients that use the table fail."
        case .dropView: "Clients that use the view fail."
        case .dropColumn: "The column's values are deleted, and clients that name the column fail."
        case .dropSchema: "Everything in the schema is deleted, tables with their rows included."
        case .dropDatabase: "The database is deleted with all that is in it."
        case .dropOwned: "Everything that the role owns in the database is deleted, tables with their rows included."
        case .dropCascade: "Whatever depends on it goes with it: columns of a type, views, triggers, defaults."
        case .truncate: "The table's rows are deleted."
        case .deleteAll: "The table's rows are deleted, as nothing says which."
        case .updateAll: "The column's values are overwritten in every row, as nothing says in which."
        case .changeType: "Values can be rounded or cut, and clients that expect the old type may fail."
        case .renameTable: "Clients that use the old name fail."
        case .renameColumn: "Clients that use the old name fail."
        case .renameSchema: "Clients that use the old name fail."
        case .renameEnumValue: "Clients that write or ask for the old value fail."
        case .addRequiredColumn:
            "An INSERT that does not name the column fails, and so does the migration where the table has rows."
        case .detachPartition: "Clients no longer see the partition's rows in the table and cannot add to them there."
        }
    }

    /// Whether it can lose data, which no migration brings back.
    public var losesData: Bool {
        switch self {
        case .dropTable, .dropColumn, .dropSchema, .dropDatabase, .dropOwned, .dropCascade, .truncate, .deleteAll,
            .updateAll, .changeType:
            true
        case .dropView, .renameTable, .renameColumn, .renameSchema, .renameEnumValue, .addRequiredColumn,
            .detachPartition:
            false
        }
    }
}
