import FleetModel
import Testing

@testable import Inventory

/// What golang-migrate's address means for a target.
@Suite("Addresses of databases") struct AddressTests {
    static func read(_ address: String, _ environment: [String: String] = [:]) throws -> AddressReader {
        try AddressReader(
            address, inherited: Settings(migrations: "/m", directory: "/"), user: "me", environment: environment)
    }

    static func keywords(_ address: String, _ environment: [String: String] = [:]) throws -> [String: String] {
        try read(address, environment).settings.keywords.compactMapValues(\.literal)
    }

    @Test(arguments: [
        ("postgres://u:p@h:5433/app", "h", 5433, "app"), ("postgresql://h/app", "h", 5432, "app"),
        ("pgx://u@[::1]:6/a%2Fb%20c", "::1", 6, "a/b c"), ("pgx5:///app?host=/tmp&port=5599", "/tmp", 5599, "app"),
        ("postgres://h/?dbname=app", "h", 5432, "app"), ("postgres://u@h", "h", 5432, "u"),
        ("pgx4://%2Fvar%2Frun/app", "/var/run", 5432, "app"), ("postgres:///", "localhost", 5432, "me"),
        ("POSTGRES://h:/app", "h", 5432, "app"), ("postgres://a/b?host=c&host=d", "c", 5432, "b"),
    ])
    func `name a server and a database`(address: String, host: String, port: Int, database: String) throws {
        let reader = try Self.read(address)
        #expect(reader.endpoint == HostEndpoint(host: host, port: port))
        #expect(reader.database == database)
    }

    @Test func `what they do not say is in the variables that libpq knows`() throws {
        let variables = ["PGHOST": "h", "PGPORT": "7", "PGUSER": "u", "PGDATABASE": "d", "PGSSLMODE": "prefer"]
        let reader = try Self.read("postgres://", variables)
        #expect(reader.endpoint == HostEndpoint(host: "h", port: 7))
        #expect(reader.database == "d")
        #expect(reader.settings.keywords.compactMapValues(\.literal) == ["user": "u"])
    }

    @Test func `user and password are percent-decoded, and a plus sign is one`() throws {
        let keywords = try Self.keywords("postgres://a%40b:p%23s%2F+%25@h/d?sslmode=disable")
        #expect(keywords == ["user": "a@b", "password": "p#s/+%", "sslmode": "disable"])
        #expect(try Self.keywords("pgx://u:x@y@h/d")["password"] == "x@y", "the last @ ends it")
    }

    @Test func `lib/pq wants TLS where nothing is said, pgx does not`() throws {
        #expect(try Self.keywords("postgres://h/d")["sslmode"] == "require")
        #expect(try Self.keywords("pgx5://h/d")["sslmode"] == nil)
    }

    @Test(arguments: [
        ("tenant_7", "tenant_7"), ("Tenant_7", "tenant_7"), ("%22Tenant+7%22", "Tenant 7"), ("+a+", "a"),
        ("%22a%22%22b%22", "a\"b"),
    ])
    func `a search path of one name is the schema`(path: String, schema: String) throws {
        #expect(try Self.read("pgx://h/d?search_path=\(path)").schema == schema)
    }

    @Test(arguments: ["a,b", "%24user", "%22a%22,%22b%22", "7a"])
    func `any other search path is handed to the server`(path: String) throws {
        let reader = try Self.read("pgx://h/d?search_path=\(path)")
        #expect(reader.schema == nil)
        #expect(reader.settings.keywords["options"]?.literal?.hasPrefix("-c search_path=") == true)
    }

    @Test func `what libpq does not know is a setting of the session`() throws {
        let keywords = try Self.keywords(
            "pgx://h/d?TimeZone=Europe/Oslo&options=-c%20a.b%3D1&a.c=x%20y%5C&binary_parameters=yes")
        #expect(keywords["options"] == #"-c a.b=1 -c TimeZone=Europe/Oslo -c a.c=x\ y\\"#)
        #expect(keywords.count == 2)
    }

    @Test func `time limits are the rules' own`() throws {
        let rules = try Self.read(
            "pgx://h/d?lock_timeout=3s&statement_timeout=0&x-multi-statement=true&x-lock-strategy=advisory"
        ).settings.rules
        #expect(rules.lockTimeout == LockTimeout(.seconds(3)))
        #expect(rules.statementTimeout == StatementTimeout(.zero))
        #expect(
            try Self.read("pgx://h/d?x-statement-timeout=1500").settings.rules.statementTimeout
                == StatementTimeout(.milliseconds(1500)))
    }

    @Test func `the version table is golang-migrate's, or what the options say`() throws {
        let plain = try Self.read("pgx://h/d?x-migrations-table=other.t").settings.rules
        #expect(plain.versionTable == "other.t")
        #expect(plain.versionTableSchema == nil)
        let quoted = try Self.read(
            "pgx://h/d?x-migrations-table=%22migrate%22.%22versions%22&x-migrations-table-quoted=1"
        ).settings.rules
        #expect(quoted.versionTable == "versions")
        #expect(quoted.versionTableSchema == "migrate")
        #expect(try Self.read("pgx://h/d").settings.rules.versionTable == "schema_migrations")
    }

    @Test func `a password in it is worth a warning, and a reference is not`() throws {
        let warned = try Self.read("pgx://u:s3cret@h/d")
        #expect(warned.warnings.count == 1)
        #expect(warned.warnings.first?.contains("PGPASSWORD") == true)
        #expect(try Self.read("pgx://h/d?password=s3cret&user=u").warnings.count == 1)
        let referred = try Self.read("pgx://u:${env:DB_PASSWORD}@h/d")
        #expect(referred.warnings.isEmpty)
        #expect(referred.settings.keywords["password"]?.isReference == true)
    }

    @Test(arguments: [
        ("mysql://u:s3cret@h/d", "begins with one of"), ("u:s3cret@h/d", "begins with one of"),
        ("postgres://u:s3#cret@h/d", "%23"), ("postgres://u:s3cret/x@h/d", "is not a port"),
        ("postgres://u:s3cret?x@h/d", "is not a port"), ("postgres://u:s3%zzcret@h/d", "%25"),
        ("postgres://u:s3cret@h:port/d", "is not a port"), ("postgres://u:s3cret@h:0/d", "from 1 to 65535"),
        ("postgres://u:s3cret@h1:1,h2:2/d", "several servers"),
        ("postgres://u:s3cret@h/d?x-lock-strategy=table", "advisory"),
        ("postgres://u:s3cret@h/d?x-migration-table=t", "did you mean `x-migrations-table`"),
        ("postgres://u:s3cret@h/d?x-multi-statement=maybe", "true or false"),
        ("postgres://u:s3cret@h/d?x-statement-timeout=soon", "milliseconds"),
        ("postgres://u:s3cret@h/d?x-migrations-table-quoted=true", "belongs to"),
        ("postgres://u:s3cret@h/d?x-migrations-table=t&x-migrations-table-quoted=true", "double quote"),
        ("postgres://u:s3cret@h/d?lock_timeout=soon", "lock_timeout"), ("postgres://u:s3cret@h/d%00", "UTF-8"),
        ("postgres://u:s3cret@h/d?a%2Db=1", "name"), ("postgres://u:s3cret\u{7}@h/d", "control characters"),
        ("postgres://u:s3%ffcret@h/d", "UTF-8"), ("postgres://u:${env:s3cret@h/d", "a reference in an address"),
    ])
    func `one that cannot be used is refused without a word of it`(address: String, part: String) {
        let error = #expect(throws: AddressError.self) {
            try Fleet.addressed([address, "pgx://h/d"], migrations: "m")
        }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("cret") == false)
        #expect(error?.number == 1)
    }

    @Test func `a fleet of addresses has its targets in their order`() throws {
        let made = try Fleet.addressed(
            ["pgx://h/b", "pgx://h:6/a?search_path=s"], migrations: "db", rules: TargetRules(layout: .dbmate))
        #expect(made.fleet.targets.map(\.target.id.rawValue) == ["h:5432/b", "h:6/a/s"])
        #expect(made.fleet.targets.allSatisfy { $0.access.rules.layout == .dbmate })
        #expect(made.fleet.targets.first?.access.migrations.hasSuffix("/db") == true)
        #expect(made.warnings.isEmpty)
    }
}
