import Foundation
import FoundationXML
import TestSupport
import Testing

@Suite("Reports of checks") struct CheckReportTests {
    private static let hostile = "<b>&\"x\u{1b}[31m"

    /// A fleet with one target that is well and one that differs in an object with a hostile name.
    private func withReports(_ formats: [String], _ body: (FleetDirectory) async throws -> Void) async throws {
        let files = ["1_a.up.sql": "create table a (id int)", "1_a.down.sql": "drop table a"]
        try await withFleet(of: 2, files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 1, of: files) }
            let name = Self.hostile.replacing("\"", with: "\"\"")
            try await databases[1].psql("create table \"\(name)\" (id int default 1)")
            let result = try await fleet.run(["check"] + formats.flatMap { ["--report", "\($0)=report.\($0)"] })
            #expect(result.code == 4, "\(result.everything)")
            #expect(!result.output.contains("\u{1b}"))
            try await body(fleet)
        }
    }

    @Test func `JUnit's is well-formed and has a case for each target`() async throws {
        try await withReports(["junit"]) { fleet in
            let text = try fleet.read("report.junit")
            let document = try XMLDocument(xmlString: text)
            #expect(try document.nodes(forXPath: "//testcase").count == 2)
            #expect(try document.nodes(forXPath: "//testcase/failure").count == 1)
            let suite = try #require(document.rootElement())
            #expect(suite.attribute(forName: "tests")?.stringValue == "2")
            #expect(suite.attribute(forName: "failures")?.stringValue == "1")
            #expect(try document.nodes(forXPath: "//failure").first?.stringValue?.contains("<b>&") == true)
        }
    }

    @Test func `SARIF's has the version, a rule for each kind and a result for each finding`() async throws {
        try await withReports(["sarif"]) { fleet in
            let document = try JSON(try fleet.read("report.sarif"))
            #expect(document["version"].string == "2.1.0")
            #expect(document["$schema"].string?.contains("sarif-2.1.0") == true)
            let run = document["runs"].elements[0]
            #expect(run["tool"]["driver"]["name"].string == "pgfleet")
            let rules = Set(run["tool"]["driver"]["rules"].elements.compactMap { $0["id"].string })
            let results = run["results"].elements
            #expect(results.count == 1)
            #expect(results.allSatisfy { rules.contains($0["ruleId"].string ?? "") })
            #expect(results[0]["level"].string == "warning")
            #expect(results[0]["message"]["text"].string?.contains("should not be there") == true)
        }
    }

    @Test func `the page needs nothing else, and no name in it is markup`() async throws {
        try await withReports(["html"]) { fleet in
            let page = try fleet.read("report.html")
            #expect(page.contains("Content-Security-Policy"))
            #expect(!page.contains("<b>&"))
            #expect(page.contains("&lt;b") && page.contains("&amp;"))
            #expect(!page.contains("\u{1b}"))
            #expect(!page.contains("http://") && !page.contains("src="))
        }
    }

    @Test func `a report that cannot be written, or of an unknown form, is refused`() async throws {
        try await withFleet(of: 1, ["1_a.up.sql": "select 1"]) { fleet, _ in
            #expect(try await fleet.run("check", "--report", "pdf=x").code == 2)
            #expect(try await fleet.run("check", "--report", "junit").code == 2)
            let result = try await fleet.run("check", "--report", "junit=no/such/folder/x.xml")
            #expect(result.code == 1)
            #expect(result.messages.contains("no/such/folder/x.xml"))
        }
    }
}
