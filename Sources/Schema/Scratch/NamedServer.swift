internal import FleetModel
internal import Inventory
internal import Postgres

/// A server that the inventory names for scratch. Databases are made there and dropped again, and nothing else is changed by
/// pgfleet itself.
///
/// The databases' names say which session they belong to: one that does nothing and lasts as long as they are in use, its
/// keeper. Where that session is gone, and nobody is connected, a database was left behind, and whoever comes next to the
/// server drops it. In a name it is there from the moment when the database is, as a comment or a lock would not be.
final class NamedServer: Sendable {
    /// How its databases are reached; the settings name the one from which they are made and dropped.
    let place: ScratchPlace
    /// The release that it is, such as 15.
    let major: Int
    /// What the names of this run's databases begin with.
    let prefix: String
    private let keeper: Connection

    private static let limit = Duration.seconds(60)

    /// A name of ours, as a regular expression: 16 characters by chance, the keeper's process, when that began in
    /// microseconds since 1970, and a number.
    private static let pattern = "^pgfleet_scratch_[0-9a-z]{16}_[0-9]{1,9}_[0-9]{1,18}_[0-9]{1,9}$"

    private init(place: ScratchPlace, prefix: String, keeper: Connection) {
        self.place = place
        self.prefix = prefix
        self.keeper = keeper
        major = keeper.serverVersion / 10_000
    }

    /// Connects, looks whether databases may be made, and drops what was left behind by others.
    ///
    /// - Parameters:
    ///   - access: how the inventory says that it is reached.
    ///   - isOfFleet: whether targets of the fleet are on it, too.
    /// - Throws: `.noServer`; nothing was changed.
    static func open(
        _ access: TargetAccess, with resolver: SecretResolver, isOfFleet: Bool
    ) async throws(ScratchError) -> NamedServer {
        let (place, keeper) = try await connect(access, with: resolver)
        do throws(ScratchError) {
            let prefix = try await prefix(keeper, place, isOfFleet)
            let server = NamedServer(place: place, prefix: prefix, keeper: keeper)
            await server.dropLeftovers()
            return server
        } catch {
            await keeper.close()
            throw error
        }
    }

    private static func connect(
        _ access: TargetAccess, with resolver: SecretResolver
    ) async throws(ScratchError) -> (ScratchPlace, Connection) {
        func place(_ keywords: [String: String]) -> ScratchPlace {
            var settings = ConnectionSettings(keywords: keywords)
            settings["application_name"] = "pgfleet/scratch"
            for (keyword, value) in ["keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"] {
                settings[keyword] = settings[keyword] ?? value
            }
            return ScratchPlace(settings: settings, endpoint: access.endpoint, timeout: access.connectTimeout)
        }
        let keywords: [String: String]
        do throws(SecretError) {
            keywords = try await access.resolved(with: resolver)
        } catch {
            throw ScratchError(.noServer("\(access.endpoint), as scratch.server names it: \(error)"))
        }
        do throws(PostgresError) {
            let place = place(keywords)
            return (place, try await Connection.open(place.settings, timeout: place.timeout))
        } catch  where error.reason == .authenticationFailed {
            // A token may have expired since it was looked up.
            guard let renewed = try? await access.renewed(keywords, with: resolver) else {
                throw ScratchError(error, at: access.endpoint)
            }
            do throws(PostgresError) {
                let place = place(renewed)
                return (place, try await Connection.open(place.settings, timeout: place.timeout))
            } catch {
                throw ScratchError(error, at: access.endpoint)
            }
        } catch {
            throw ScratchError(error, at: access.endpoint)
        }
    }

    /// The beginning of names that tells of this session, where it may make databases.
    private static func prefix(
        _ keeper: Connection, _ place: ScratchPlace, _ isOfFleet: Bool
    ) async throws(ScratchError) -> String {
        let row: Row?
        do throws(PostgresError) {
            // A server that ends idle sessions would take this one for forgotten.
            _ = try await keeper.run(
                "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'",
                timeout: limit)
            row = try await keeper.query(
                """
                SELECT pg_backend_pid(), \(start("a")), pg_is_in_recovery(), r.rolcreatedb OR r.rolsuper, \
                r.rolcreaterole OR r.rolsuper, r.rolname \
                FROM pg_roles r, pg_stat_get_activity(pg_backend_pid()) a WHERE r.rolname = current_user
                """, timeout: limit
            ).rows.first
        } catch {
            throw ScratchError(error, at: place.endpoint)
        }
        guard let row, let process = row[0], let start = row[1] else {
            throw refusal(place, "it does not tell which session this is")
        }
        guard Int32(process) == keeper.backendPID else {
            throw refusal(place, "a pooler lies before it. Name the server itself")
        }
        guard row[2] != "t" else { throw refusal(place, "it is a standby, which takes no writes") }
        let role = (row[5] ?? "").harmless
        guard row[3] == "t" else {
            throw refusal(
                place,
                "the role \(role) may not make databases. Grant it that: ALTER ROLE \(quotedIdentifier(role)) CREATEDB")
        }
        guard !isOfFleet || row[4] != "t" else {
            throw refusal(
                place,
                "targets of the fleet are on the same server, and the role \(role) may change roles and more there, as a "
                    + "migration that is replayed may ask it to. Name a role that is neither a superuser nor CREATEROLE"
            )
        }
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        let chance = String((0..<16).map { _ in letters[Int.random(in: letters.indices)] })
        return "pgfleet_scratch_\(chance)_\(process)_\(start)"
    }

    private static func refusal(_ place: ScratchPlace, _ why: String) -> ScratchError {
        ScratchError(.noServer("\(place.endpoint), as scratch.server names it: \(why)"))
    }

    private static func start(_ row: String) -> String {
        "(extract(epoch FROM \(row).backend_start) * 1000000)::bigint"
    }

    /// Drops databases of ours whose keepers are gone and to which nobody is connected, as far as this role may.
    ///
    /// A session of which this role may not see when it began counts as a keeper.
    private func dropLeftovers() async {
        let question = """
            WITH ours AS MATERIALIZED (SELECT oid, datname::text AS datname FROM pg_database \
            WHERE datname ~ \(quotedLiteral(Self.pattern)) AND pg_has_role(datdba, 'USAGE')) \
            SELECT d.datname FROM ours d WHERE NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid) \
            AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = split_part(d.datname, '_', 4)::int \
            AND coalesce(\(Self.start("a")) = split_part(d.datname, '_', 5)::bigint, true))
            """
        guard let found = try? await keeper.query(question, timeout: Self.limit) else { return }
        for name in found.rows.compactMap({ $0[0] }) {
            // Without FORCE: whoever has connected meanwhile keeps it.
            _ = try? await keeper.run("DROP DATABASE IF EXISTS \(quotedIdentifier(name))", timeout: Self.limit)
        }
    }

    /// Finds out whether the keeper is still there, without which others may take the databases for left behind.
    func check() async throws(ScratchError) {
        do throws(PostgresError) {
            _ = try await keeper.run("SELECT 1", timeout: Self.limit)
        } catch  where error.reason == .busy {
            return
        } catch {
            throw ScratchError(error, at: place.endpoint)
        }
    }

    /// Ends the keeper; the databases have to be dropped before.
    func close() async { await keeper.close() }
}

extension ScratchError {
    /// What a named server, or the way to it, says.
    fileprivate init(_ error: PostgresError, at endpoint: HostEndpoint) {
        self.init(.noServer("\(endpoint), as scratch.server names it: \(TargetFailure(error).message)"))
    }
}
