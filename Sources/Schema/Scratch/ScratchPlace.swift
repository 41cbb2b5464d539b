internal import FleetModel
internal import Postgres

/// How a scratch server is reached.
struct ScratchPlace: Sendable {
    /// As they are for the database from which others are made and dropped.
    let settings: ConnectionSettings
    let endpoint: HostEndpoint
    let timeout: ConnectTimeout

    /// The database from which others are made and dropped.
    var database: String { settings["dbname"] ?? "postgres" }
}
