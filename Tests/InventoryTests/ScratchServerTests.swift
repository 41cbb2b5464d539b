import FleetModel
import Testing

@testable import Inventory

@Suite("A server that is named for scratch") struct ScratchServerTests {
    private func yaml(_ scratch: String) -> String {
        """
        fleet: f
        defaults: {user: migrator, password: "${env:FLEET}", sslmode: verify-full}
        environments: {e: {targets: [{host: [db-1, db-2], database: d}]}}
        scratch: \(scratch)
        """
    }

    @Test func `is reached by its own keywords and takes nothing over from the fleet`() throws {
        let fleet = try Fleet(
            yaml: yaml("{server: {host: s, port: 5433, user: scratch, password: \"${env:SCRATCH}\"}}"))
        let server = try #require(fleet.scratchServer)
        #expect(server.endpoint == HostEndpoint(host: "s", port: 5433))
        #expect(Set(server.keywords.keys) == ["user", "password"])
        #expect(server.keywords["user"]?.literal == "scratch")
        #expect(server.database == "postgres")
        #expect(try Fleet(yaml: yaml("{server: {host: s, dbname: work}}")).scratchServer?.database == "work")
        #expect(try Fleet(yaml: yaml("{server: {host: s, database: work}}")).scratchServer?.database == "work")
        #expect(try Fleet(yaml: yaml("{roles: [a]}")).scratchServer == nil)
    }

    @Test func `is known to be one of the fleet's own by its address`() throws {
        let fleet = try Fleet(yaml: yaml("{server: {host: s}}"))
        #expect(fleet.hasTargets(on: HostEndpoint(host: "db-2", port: 5432)))
        #expect(!fleet.hasTargets(on: HostEndpoint(host: "db-2", port: 5433)))
        #expect(!fleet.hasTargets(on: HostEndpoint(host: "s", port: 5432)))
    }

    @Test(arguments: [
        ("{server: {host: s}, programs: /usr/bin}", 4, "scratch.server"),
        ("{server: {user: u}}", 4, "scratch.server"),
        ("{server: {host: s, timeouts: {connect: 5s}}}", 4, "scratch.server"),
        ("{server: {host: s, connect_timeout: 5}}", 4, "scratch.server"),
        ("{server: s}", 4, "scratch.server"),
        ("{server: {host: s, port: 0}}", 4, "scratch.server.port"),
        ("{server: {host: s, sslmode: maybe}}", 4, "scratch.server.sslmode"),
    ])
    func `is refused where it cannot be meant so`(scratch: String, line: Int, path: String) {
        let error = #expect(throws: InventoryError.self) { try Fleet(yaml: yaml(scratch)) }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.place.line == line)
        #expect(error?.problems.first.map { "\($0)".contains(path) } == true, "\(String(describing: error))")
    }
}
