import FleetModel
import Foundation
import Testing

@Suite("Failures of targets") struct TargetFailureTests {
    private let failure = TargetFailure(
        kind: .sql, message: "division by zero", place: TargetFailure.Place(file: "9_audit.up.sql", line: 3, column: 7),
        sqlState: "22012")

    @Test func `a failure takes the room of a pointer in whatever holds it`() {
        #expect(MemoryLayout<TargetFailure>.size == MemoryLayout<UnsafeRawPointer>.size)
        #expect(MemoryLayout<TargetFailure?>.size == MemoryLayout<UnsafeRawPointer>.size)
    }

    @Test func `changing a copy leaves the other as it was`() {
        var copy = failure
        copy.remedy = "Correct the file"
        copy.place?.line = 4
        #expect(failure.remedy == nil)
        #expect(failure.place?.line == 3)
        #expect(copy.place?.line == 4)
        #expect(copy != failure)
    }

    @Test func `its parts are the keys of its JSON, and what is not there has none`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(failure), as: UTF8.self)
        #expect(
            text
                == #"{"kind":"sql","message":"division by zero","#
                + #""place":{"column":7,"file":"9_audit.up.sql","line":3},"sqlState":"22012"}"#)
        #expect(try JSONDecoder().decode(TargetFailure.self, from: Data(text.utf8)) == failure)
    }
}
