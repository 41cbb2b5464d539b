/// The migration tool whose files and version table a target has. Each can be gone back to at any time.
public enum Layout: String, Sendable, Hashable, Codable, CaseIterable {
    /// `VERSION_TITLE.up.sql` and `.down.sql`; one row with the version and the dirty mark.
    case golangMigrate = "golang-migrate"
    /// `VERSION_TITLE.sql` with `-- migrate:up` and `-- migrate:down`; a row for each applied version.
    case dbmate
    /// `VVERSION__TITLE.sql` and `UVERSION__TITLE.sql`; a row for everything that was ever run.
    case flyway
    /// `VERSION_TITLE.sql` with `-- +goose Up` and `-- +goose Down`; a row for each applied version.
    case goose

    /// The tool's own name for its version table.
    public var versionTable: String {
        switch self {
        case .golangMigrate, .dbmate: "schema_migrations"
        case .flyway: "flyway_schema_history"
        case .goose: "goose_db_version"
        }
    }
}
