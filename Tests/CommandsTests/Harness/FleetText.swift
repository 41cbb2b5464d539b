import TestSupport

/// The text of a `fleet.yaml`.
struct FleetText {
    struct Environment {
        var name: String
        var databases: [TestDatabase]
        /// Lines below the environment's name, as `concurrency: 2`.
        var rules: [String] = []
        /// Labels of single databases, as `tier: canary`.
        var labels: [String: String] = [:]
        /// Where a database is reached, if not at its server's own port.
        var ports: [String: Int] = [:]
        /// Under which name a database's server is reached, if not by its address.
        var hosts: [String: String] = [:]
    }

    var defaults = [
        "user: postgres", "timeouts: {connect: 30s, lock: 1s, statement: 1m}",
        "lock_retry: {attempts: 2, initial: 50ms, max: 100ms}",
    ]
    var store = ".pgfleet/state.sqlite"
    /// Further targets of the last environment, as they stand in the file.
    var entries: [String] = []
    var environments: [Environment]

    init(_ environments: [Environment]) { self.environments = environments }

    /// One environment, `production`, whose databases are taken one after the other unless the rules say otherwise.
    init(production databases: [TestDatabase], rules: [String] = []) {
        let usual = ["concurrency: 1", "waves: [{name: all}]"].filter { line in
            !rules.contains { $0.hasPrefix(line.prefix { $0 != ":" }) }
        }
        self.init([Environment(name: "production", databases: databases, rules: rules + usual)])
    }

    var yaml: String {
        var lines = ["fleet: shop", "migrations: migrations", "store: \(store)", "defaults:"]
        lines += defaults.map { "  " + $0 }
        lines.append("environments:")
        for environment in environments {
            lines.append("  \(environment.name):")
            lines += environment.rules.map { "    " + $0 }
            lines.append("    targets:")
            lines += environment.databases.map { database in
                let port = environment.ports[database.name] ?? database.server.port
                let labels = environment.labels[database.name].map { ", labels: {\($0)}" } ?? ""
                let host = environment.hosts[database.name] ?? "127.0.0.1"
                return "      - {host: \(host), port: \(port), database: \(database.name)\(labels)}"
            }
        }
        lines += entries.map { "      - \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension TestDatabase {
    /// Its target's name in an environment.
    func target(in environment: String = "production") -> String { "\(environment)/127.0.0.1:\(server.port)/\(name)" }
}
