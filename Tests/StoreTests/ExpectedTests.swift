import FleetModel
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("What migrations lead to, in the store") struct ExpectedTests {
    private func withStore(_ body: (Store) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pgfleet-expected-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(Store.open(path: path + "/state.sqlite"))
    }

    private func keys(_ store: Store) async throws -> Set<String> {
        try await store.read { try String.fetchSet($0, sql: "SELECT key FROM expected_schema") }
    }

    @Test func `what was kept is found by its key, and what has another form is not there`() async throws {
        try await withStore { store in
            try await store.keepExpectedSchemas(["a": [1, 2], "b": [3]])
            try await store.keepExpectedSchemas(["c": "a text", "b": [4]] as [String: JSONBody])
            let found = try await store.expectedSchemas([Int].self, keys: ["a", "b", "c", "d"])
            #expect(found == ["a": [1, 2], "b": [4]])
        }
    }

    @Test func `what was not asked for the longest goes first`() async throws {
        try await withStore { store in
            let names = (1...1000).map { "old \($0)" }
            try await store.keepExpectedSchemas(Dictionary(uniqueKeysWithValues: names.map { ($0, [0]) }))
            let day: Int64 = 86_400_000
            try await store.write { database in
                try database.execute(sql: "UPDATE expected_schema SET used_ms = used_ms - ?", arguments: [3 * day])
            }
            _ = try await store.expectedSchemas([Int].self, keys: ["old 7", "old 8"])
            try await store.keepExpectedSchemas(
                Dictionary(uniqueKeysWithValues: (1...998).map { ("new \($0)", [0]) }))
            let left = try await keys(store)
            #expect(left.count == 1000)
            #expect(Set(left.filter { $0.hasPrefix("old") }) == ["old 7", "old 8"])
        }
    }

    /// Bodies of different kinds.
    private enum JSONBody: Encodable, Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
        case text(String)
        case numbers([Int])

        init(stringLiteral value: String) { self = .text(value) }
        init(arrayLiteral elements: Int...) { self = .numbers(elements) }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .text(let text): try text.encode(to: encoder)
            case .numbers(let numbers): try numbers.encode(to: encoder)
            }
        }
    }
}
