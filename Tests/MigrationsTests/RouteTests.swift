import FleetModel
import Migrations
import SQL
import Testing

@Suite("Routes through the migrations") struct RouteTests {
    private let files = [
        "1_a.up.sql": "create table a (i int)", "1_a.down.sql": "drop table a",
        "5_b.up.sql": "create index concurrently b on a (i)", "5_b.down.sql": "drop index b",
        "9_c.up.sql": "select 9",
    ]

    @Test func `up goes over every version above the first one up to the last`() async throws {
        let route = try await set(of: files).route(from: 1, to: 9)
        #expect(route.steps.map(\.version) == [5, 9])
        #expect(route.steps.map(\.from) == [1, 5])
        #expect(route.steps.map(\.to) == [5, 9])
        #expect(route.steps.map(\.isTransactional) == [false, true])
    }

    @Test func `down ends on the version before among the files and on nothing at last`() async throws {
        let set = try await set(of: files)
        let route = try set.route(from: 9, to: nil)
        #expect(route.steps.map(\.version) == [9, 5, 1])
        #expect(route.steps.map(\.to) == [5, 1, nil])
        #expect(route.steps.map(\.direction) == [.down, .down, .down])
        #expect(route.to == nil)
        #expect(set.missingDowns(in: route) == [9])
        #expect(route.steps[0].checksum == nil)
    }

    @Test func `from a version to itself there is nothing to do`() async throws {
        let set = try await set(of: files)
        #expect(try set.route(from: 5, to: 5).steps.isEmpty)
        #expect(try set.route(from: nil, to: nil).steps.isEmpty)
    }

    @Test func `a version that is not among the files is refused at either end`() async throws {
        let set = try await set(of: files)
        for (from, to) in [(Version(7), Version(9)), (Version(1), Version(7))] {
            let error = #expect(throws: MigrationsError.self) { try set.route(from: from, to: to) }
            #expect(error?.reason == .unknownVersion(7, newest: 9))
        }
    }

    @Test func `a file that pgfleet cannot run is refused before anything is connected`() async throws {
        var files = files
        files["10_d.up.sql"] = "select 1;\ncopy a from stdin;"
        let set = try await set(of: files)
        let error = #expect(throws: MigrationsError.self) { try set.route(from: 1, to: 10) }
        guard case .unrunnable(_, let reason) = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason == SQLError(reason: .copyThroughClient, place: TextPlace(line: 2, column: 1)))
        #expect(try set.route(from: 1, to: 9).steps.count == 2)
    }

    @Test func `what is pending is above the version`() async throws {
        let set = try await set(of: files)
        #expect(try set.pending(after: nil) == [1, 5, 9])
        #expect(try set.pending(after: 5) == [9])
        #expect(throws: MigrationsError.self) { try set.pending(after: 6) }
    }
}
