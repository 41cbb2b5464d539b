import FleetModel
import Foundation
import Testing

@Suite("Versions") struct VersionTests {
    @Test(arguments: [("1", 1), ("0001", 1), ("0", 0), ("9223372036854775807", Int64.max)])
    func `decimal digits are read and leading zeros do not matter`(text: String, number: Int64) {
        #expect(Version(text: text)?.number == UInt64(number))
    }

    @Test(arguments: ["", "-1", "+1", "1a", " 1", "9223372036854775808", "18446744073709551616", "١"])
    func `anything that a bigint column cannot hold is no version`(text: String) {
        #expect(Version(text: text) == nil)
    }

    @Test func `a version is a plain number in JSON`() throws {
        let state = VersionState(version: 20_240_101_120_000, isDirty: true)
        let coded = try JSONEncoder().encode(state)
        #expect(try JSONDecoder().decode(VersionState.self, from: coded) == state)
        #expect(throws: DecodingError.self) {
            let tooLarge = Data(#"{"version":9223372036854775808,"isDirty":false}"#.utf8)
            _ = try JSONDecoder().decode(VersionState.self, from: tooLarge)
        }
    }

    @Test func `a target in the middle of a route has the rest of the steps left`() {
        let steps = [(1, nil, 1), (3, 1, 3), (7, 3, 7)].map { (version: Version, from: Version?, to: Version?) in
            MigrationStep(
                version: version, title: "", direction: .up, from: from, to: to, checksum: nil, isTransactional: true)
        }
        let route = Route(from: nil, steps: steps)
        #expect(route.to == 7)
        #expect(route.remaining(from: nil)?.map(\.version) == [1, 3, 7])
        #expect(route.remaining(from: 1)?.map(\.version) == [3, 7])
        #expect(route.remaining(from: 7)?.isEmpty == true)
        #expect(route.remaining(from: 5) == nil)
    }
}
