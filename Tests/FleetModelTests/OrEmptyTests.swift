import FleetModel
import Foundation
import Testing

@Suite("Lists that may be missing in JSON") struct OrEmptyTests {
    private struct Row: Codable, Equatable {
        let name: String
        @OrEmpty var marks: [Direction]
    }

    @Test func `a key that is missing or null is an empty list`() throws {
        for text in [#"{"name":"a"}"#, #"{"name":"a","marks":null}"#, #"{"name":"a","marks":[]}"#] {
            let row = try JSONDecoder().decode(Row.self, from: Data(text.utf8))
            #expect(row == Row(name: "a", marks: []))
        }
    }

    @Test func `an empty list is not written and a filled one comes back`() throws {
        let empty = try JSONEncoder().encode(Row(name: "a", marks: []))
        #expect(String(decoding: empty, as: UTF8.self) == #"{"name":"a"}"#)
        let filled = Row(name: "a", marks: [.down, .up])
        let coded = try JSONEncoder().encode(filled)
        #expect(String(decoding: coded, as: UTF8.self).contains(#""marks":["down","up"]"#))
        #expect(try JSONDecoder().decode(Row.self, from: coded) == filled)
    }

    @Test func `a list with something else in it is an error and not an empty list`() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Row.self, from: Data(#"{"name":"a","marks":["sideways"]}"#.utf8))
        }
    }
}
