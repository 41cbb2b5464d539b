import Foundation
import Testing

@Suite("docs/compatibility.md") struct CompatibilityTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    /// The rows of its tables, without their heads.
    private static func rows() throws -> [Substring] {
        let text = try String(contentsOf: root.appending(path: "docs/compatibility.md"), encoding: .utf8)
        return text.split(separator: "\n").filter {
            $0.hasPrefix("|") && !$0.hasPrefix("| ---") && !$0.hasPrefix("| golang-migrate |")
        }
    }

    /// The names of the tests in each suite, by the suite's type.
    private static func tests() throws -> [String: Set<String>] {
        var tests: [String: Set<String>] = [:]
        let folder = root.appending(path: "Tests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            var suite = ""
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                if let match = line.firstMatch(of: /struct (\w+Tests)\b/) { suite = String(match.1) }
                if let match = line.firstMatch(of: /func `([^`]+)`/) {
                    tests[suite, default: []].insert(String(match.1))
                }
            }
        }
        return tests
    }

    @Test func `names a test in every row, and none that is not there`() throws {
        let tests = try Self.tests()
        let rows = try Self.rows()
        #expect(rows.count > 50)
        for row in rows {
            #expect(row.split(separator: "|").count == 3, "\(row)")
            let named = row.matches(of: /`(\w+Tests)\/([^`]+)`/)
            #expect(!named.isEmpty, "\(row)")
            for name in named {
                #expect(tests[String(name.1)]?.contains(String(name.2)) == true, "\(name.1)/\(name.2)")
            }
        }
    }
}
