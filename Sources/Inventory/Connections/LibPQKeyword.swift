/// The connection keywords of libpq 15 to 18, so that a mistyped one is found before anything is connected.
///
/// - Source: PostgreSQL 15 to 18 manuals, "Parameter Key Words"; `PQconninfoOptions` in fe-connect.c.
package enum LibPQKeyword {
    /// Every keyword; which of them the installed libpq knows is libpq's own business.
    package static let all: Set<String> = [
        "service", "user", "password", "passfile", "channel_binding", "connect_timeout", "dbname", "host", "hostaddr",
        "port", "client_encoding", "options", "application_name", "fallback_application_name", "keepalives",
        "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "sslmode", "sslcompression",
        "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslcrldir", "sslsni", "requirepeer",
        "ssl_min_protocol_version", "ssl_max_protocol_version", "gssencmode", "krbsrvname", "gsslib", "replication",
        "target_session_attrs",
        // 16
        "sslcertmode", "require_auth", "gssdelegation", "load_balance_hosts",
        // 17
        "sslnegotiation",
        // 18
        "min_protocol_version", "max_protocol_version", "sslkeylogfile", "scram_client_key", "scram_server_key",
        "oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope",
    ]

    /// Keywords whose value is a secret; one that is written into the file itself is worth a warning.
    package static let secret: Set<String> = [
        "password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret",
    ]

    /// What some keywords may be set to; libpq refuses anything else, but only once it connects.
    package static let choices: [String: [String]] = [
        "sslmode": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "channel_binding": ["disable", "prefer", "require"],
        "gssencmode": ["disable", "prefer", "require"],
        "sslcertmode": ["disable", "allow", "require"],
        "sslnegotiation": ["postgres", "direct"],
        "load_balance_hosts": ["disable", "random"],
        "target_session_attrs": ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"],
    ]
}
