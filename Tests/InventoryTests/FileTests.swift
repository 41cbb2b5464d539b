import FleetModel
import Foundation
import TestSupport
import Testing

@testable import Inventory

@Suite("Loading a file") struct FileTests {
    @Test func `a file is read and its paths are relative to its folder`() async throws {
        try await withTemporaryDirectory { directory in
            let yaml = """
                fleet: shop
                migrations: migrations
                store: .pgfleet/state.sqlite
                defaults: {user: pgfleet, timeouts: {connect: 5s, lock: 2s, statement: 1m}}
                environments:
                  staging: {hosts: [{name: staging-1, host: 127.0.0.1, port: 6432, databases: [shop]}]}
                  production:
                    after: staging
                    hosts:
                      - {name: eu-1, host: 127.0.0.1, port: 6433, databases: [shop_eu_1, shop_eu_2], labels: {tier: canary}}
                """
            try yaml.write(toFile: directory + "/fleet.yaml", atomically: true, encoding: .utf8)
            let fleet = try await Fleet.load(directory + "/x/../fleet.yaml")
            #expect(fleet.file == directory + "/x/../fleet.yaml")
            #expect(fleet.migrations == directory + "/migrations")
            #expect(fleet.store == .sqlite(directory + "/.pgfleet/state.sqlite"))
            #expect(
                fleet.targets.map(\.target.id.rawValue) == [
                    "staging/staging-1/shop", "production/eu-1/shop_eu_1", "production/eu-1/shop_eu_2",
                ])
        }
    }

    @Test func `a file that is not there is an error with the way out`() async {
        let error = await #expect(throws: InventoryError.self) { try await Fleet.load("/nowhere/fleet.yaml") }
        #expect(error?.problems.map(\.kind) == [.unreadable])
        #expect(
            error?.description
                == "/nowhere/fleet.yaml:1:1: cannot be read: No such file or directory; name another file with --config"
        )
    }

    @Test func `a folder is no file`() async {
        let error = await #expect(throws: InventoryError.self) { try await Fleet.load("/") }
        #expect(error?.problems.map(\.kind) == [.unreadable])
    }

    @Test func `a file over the limit is not read to its end`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/fleet.yaml"
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 1 << 40)
            try handle.close()
            let error = await #expect(throws: InventoryError.self) { try await Fleet.load(path) }
            #expect(error?.problems.map(\.kind) == [.limit])
        }
    }
}
