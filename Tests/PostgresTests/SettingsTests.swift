import FleetModel
import Postgres
import Testing

@Suite("Connection settings") struct SettingsTests {
    @Test func `a URI gives libpq's keywords`() throws {
        let settings = try ConnectionSettings(
            uri: "postgresql://me:s%40fe-7Q@db1:5433,db2:5434/shop?sslmode=verify-full&application_name=x")
        #expect(settings["user"] == "me")
        #expect(settings["password"] == "s@fe-7Q")
        #expect(settings["host"] == "db1,db2")
        #expect(settings["port"] == "5433,5434")
        #expect(settings["dbname"] == "shop")
        #expect(settings["sslmode"] == "verify-full")
        #expect(settings["hostaddr"] == nil)
    }

    @Test(arguments: [
        "postgresql://me:topsecret@[::1/db", "postgresql://me:topsecret@h/db?nope=topsecret",
        "postgresql://me:top%zzsecret@h/db", "password='topsecret", "pasword=topsecret", "postgres://u:a\"topsecret@[x",
    ])
    func `a malformed URI is an error without a word of it`(uri: String) {
        let error = #expect(throws: PostgresError.self) { try ConnectionSettings(uri: uri) }
        #expect(error?.reason == .badSettings)
        #expect(error.map { "\($0) \($0.message)" }?.contains("secret") == false)
        #expect(error.map { dumped($0) }?.contains("secret") == false)
    }

    @Test func `the known keywords are those that users may set`() {
        #expect(
            ConnectionSettings.knownKeywords.isSuperset(of: ["host", "sslmode", "target_session_attrs", "service"]))
        #expect(!ConnectionSettings.knownKeywords.contains("replication"))
        #expect(ConnectionSettings.secretKeywords.isSuperset(of: ["password", "sslpassword"]))
        #expect(!ConnectionSettings.secretKeywords.contains("user"))
    }

    @Test func `no textual form of settings shows a secret`() {
        let settings = ConnectionSettings(keywords: [
            "host": "db1", "password": "topsecret", "sslpassword": "topsecret", "pasword": "topsecret",
        ])
        for text in [settings.description, settings.debugDescription, "\(settings)", dumped(settings)] {
            #expect(!text.contains("topsecret"))
            #expect(text.contains("db1"))
        }
        #expect(!dumped([settings as ConnectionSettings?]).contains("topsecret"))
    }

    @Test func `no textual form of a connection or its error shows a secret`() async throws {
        let settings = try await ThrowAwayServer.plain.value.network
        let connection = try await Connection.open(settings, timeout: ConnectTimeout(.seconds(20)))
        #expect(!dumped(connection).contains(ThrowAwayServer.password))
        let wrong = settings.merging(ConnectionSettings(keywords: ["password": "wrong-horse-9X"]))
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(wrong, timeout: ConnectTimeout(.seconds(20)))
        }
        #expect(error.map { dumped($0) + String(reflecting: $0) }?.contains("wrong-horse") == false)
    }

    @Test func `row data of an error stay out of its description`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run(
                "create temp table t (mail text constraint one_mail unique); insert into t values ('ann@x'), ('ann@x')")
        }
        #expect(error?.sqlState == .uniqueViolation)
        #expect(error?.constraint == "one_mail")
        #expect(error?.table == "t")
        #expect(error?.detail?.contains("ann@x") == true)
        #expect(error.map { dumped($0) + String(reflecting: $0) + "\($0)" }?.contains("ann@x") == false)
    }

    private func dumped(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }
}
