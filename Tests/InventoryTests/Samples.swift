@testable import Inventory

/// Inventories that several tests read.
enum Samples {
    /// A fleet with one environment, whose body is given.
    static func production(_ body: String) -> String {
        let indented = body.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        return "fleet: shop\nenvironments:\n  production:\n" + indented.joined(separator: "\n") + "\n"
    }

    /// The problems of a text, as they are printed; empty when it can be loaded.
    static func problems(_ yaml: String) -> [String] {
        problems(Array(yaml.utf8))
    }

    static func problems(_ bytes: [UInt8]) -> [String] {
        do throws(InventoryError) {
            _ = try Fleet.load(bytes, file: "fleet.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// The page that all parts of the project agreed on.
    static let design = #"""
        fleet: shop
        migrations: migrations                  # relative to this file; an environment or a target may name its own
        store: .pgfleet/state.sqlite            # or postgres://control-db/pgfleet
        defaults:
          user: migrator
          password: ${env:PGFLEET_PASSWORD}     # or ${file:/run/secrets/db}, ${command:vault read ...}; never a plain secret in output
          sslmode: verify-full                  # every libpq connection keyword is accepted
          timeouts: {connect: 5s, lock: 2s, statement: 15m}
          lock_retry: {attempts: 10, initial: 250ms, max: 30s}
        environments:
          staging:
            targets:
              - {host: db.staging.example, database: shop}
          production:
            after: staging
            approval: required
            concurrency: 16
            per_host: 2
            waves:
              - {name: canary, match: {tier: canary}, bake: 10m, probe: "select count(*) < 5 from app_errors"}
              - {name: early, percent: 25, bake: 5m}
              - {name: rest}
            on_failure: rollback                # or rollback_wave, halt, continue; with max_failures: 0
            targets:
              - {host: eu-1.example, database: shop_eu, labels: {tier: canary, region: eu}}
              - host: us-1.example
                discover: "select datname from pg_database where datname ~ '^tenant_'"
        schedules:
          nightly: {cron: "30 2 * * *", run: check}
        alerts:
          - {webhook: "${env:SLACK_URL}", on: [dirty, drift, rollout_failed]}
        """#
}
