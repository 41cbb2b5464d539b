import Foundation
import FoundationXML
import TestSupport
import Testing

@Suite("Ways down that a check proves") struct DownsTests {
    private static let files = [
        "1_a.up.sql": "create table a (id int)", "1_a.down.sql": "drop table a",
        "2_b.up.sql": "create table b (id int); create index if not exists a_id on a (id)",
        "2_b.down.sql": "drop table b",
        "3_c.up.sql": "create table c (id int)", "3_c.down.sql": "select 1;\ndrop table no_such_table",
        "4_d.up.sql": "create table d (id int)",
    ]

    private func keys(_ check: JSON) -> [String] {
        check["files"].elements.flatMap { $0["findings"].elements }.compactMap { $0["key"].string }
    }

    @Test func `are findings of the files, with the exit code of drift, and only where they are asked for`()
        async throws
    {
        try await withFleet(of: 2, Self.files) { fleet, databases in
            // Two targets on two versions, whose files are the same.
            for (place, database) in databases.enumerated() {
                try await OtherTool(database: database).up(to: 1 + place, of: Self.files)
            }
            let plain = try await fleet.run("check", "--output", "json")
            #expect(plain.code == 0, "\(plain.everything)")
            #expect(try plain.document()["files"].elements.isEmpty)

            let result = try await fleet.run("check", "--downs", "--output", "json")
            #expect(result.code == 4, "\(result.everything)")
            let document = try result.document()
            #expect(keys(document) == ["down 2: extra index a_id", "down 3 fails", "missing down 4"])
            let files = document["files"].elements
            #expect(files.count == 1)
            #expect(files[0]["files"].string == "files:migrations")
            #expect(files[0]["verdict"].string == "drift")
            #expect(files[0]["versions"].integer == 4 && files[0]["tried"].integer == 4)
            let findings = files[0]["findings"].elements
            #expect(findings.map { $0["kind"].string } == ["incomplete_down", "failing_down", "missing_down"])
            #expect(findings.map { $0["severity"].string } == ["warning", "error", "note"])
            #expect(findings.map { $0["version"].integer } == [2, 3, 4])
            #expect(findings[0]["differences"].elements.map { $0["object"].string } == ["index a_id"])
            #expect(findings[0]["differences"].elements[0]["expected"] == .null)
            #expect(findings[1]["line"].integer == 2)
            #expect(findings[1]["failure"]["sql_state"].string == "42P01")
            #expect(findings[1]["file"].string?.hasSuffix("migrations/3_c.down.sql") == true)
            // No target is the worse for it.
            #expect(document["summary"]["consistent"].integer == 2)
            #expect(try await databases[0].psql("select version from schema_migrations") == "1")

            let text = try await fleet.run("check", "--downs")
            #expect(text.code == 4)
            #expect(text.output.contains("migrations/2_b.down.sql"))
            #expect(text.output.contains("+ CREATE INDEX a_id"))
            #expect(text.output.contains("migrations/3_c.down.sql:2"))
        }
    }

    @Test func `are tried once for the same files, and again where one was changed`() async throws {
        try await withFleet(of: 1, Self.files) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: Self.files)
            let first = try await fleet.json("check", "--downs")
            #expect(keys(first).count == 3)
            // Without programs, nothing can be run: what is told now is known.
            let yaml = try fleet.read("fleet.yaml")
            try fleet.write("fleet.yaml", yaml + "scratch: {programs: /nonexistent/bin}\n")
            let second = try await fleet.run("check", "--downs", "--output", "json")
            #expect(second.code == 4, "\(second.everything)")
            #expect(keys(try second.document()) == keys(first))
            try fleet.write("migrations/2_b.down.sql", "drop table b; drop index a_id")
            let third = try await fleet.run("check", "--downs", "--output", "json")
            #expect(third.code == 1, "\(third.everything)")
            let files = try third.document()["files"].elements
            #expect(files[0]["verdict"].string == "unknown")
            #expect(files[0]["obstacles"].elements.count == 1)
            try fleet.write("fleet.yaml", yaml)
            #expect(keys(try await fleet.json("check", "--downs")) == ["down 3 fails", "missing down 4"])
        }
    }

    @Test func `are new once, kept in the history, and accepted`() async throws {
        try await withFleet(of: 1, Self.files) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: Self.files)
            #expect(try await fleet.run("check", "--downs", "--only-new").code == 4)
            // A check without them says nothing about them.
            #expect(try await fleet.run("check").code == 0)
            let again = try await fleet.run("check", "--downs", "--only-new", "--output", "json")
            #expect(again.code == 0, "\(again.everything)")
            #expect(keys(try again.document()) == [])
            let history = try await fleet.json("check", "history")
            #expect(history["checks"].elements.map { $0["files"]["drift"].integer } == [1, nil, 1])
            let number = history["checks"].elements[0]["check"].integer ?? 0
            let listed = try await fleet.json("check", "history", "\(number)")
            #expect(Set(listed["findings"].elements.map { $0["target"].string }) == ["files:migrations"])
            #expect(try await fleet.run("check", "history").output.contains("ways down: 1 drift"))

            for finding in ["down 2: extra index *", "down 3 fails"] {
                let accepted = try await fleet.run(
                    "drift", "accept", finding, "--target", "files:migrations", "--reason", "never gone back over")
                #expect(accepted.code == 0)
            }
            let check = try await fleet.run("check", "--downs", "--output", "json")
            #expect(check.code == 0, "\(check.everything)")
            #expect(try check.document()["files"].elements[0]["verdict"].string == "accepted")
            // Another difference of the same file is none that was accepted.
            try fleet.write("migrations/2_b.down.sql", "drop table b; create table left_over (id int)")
            let other = try await fleet.run("check", "--downs", "--output", "json")
            #expect(other.code == 4)
            #expect(keys(try other.document())[0].contains("extra table left_over"))
        }
    }

    @Test func `are in the reports for other programs, beside the down file's lines`() async throws {
        try await withFleet(of: 1, Self.files) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: Self.files)
            let reports = ["junit", "sarif", "html"].flatMap { ["--report", "\($0)=report.\($0)"] }
            #expect(try await fleet.run(["check", "--downs"] + reports).code == 4)
            let junit = try XMLDocument(xmlString: try fleet.read("report.junit"))
            #expect(try junit.nodes(forXPath: "//testcase").count == 2)
            #expect(try junit.nodes(forXPath: "//testcase[@name='files:migrations']/failure").count == 1)
            #expect(junit.rootElement()?.attribute(forName: "tests")?.stringValue == "2")

            let run = try JSON(try fleet.read("report.sarif"))["runs"].elements[0]
            let rules = Set(run["tool"]["driver"]["rules"].elements.compactMap { $0["id"].string })
            let results = run["results"].elements
            #expect(results.allSatisfy { rules.contains($0["ruleId"].string ?? "") })
            let places = results.map { $0["locations"].elements[0]["physicalLocation"] }
            #expect(
                places.map { $0["artifactLocation"]["uri"].string } == [
                    "migrations/2_b.down.sql", "migrations/3_c.down.sql", "migrations/4_d.up.sql",
                ])
            #expect(places.map { $0["region"]["startLine"].integer } == [1, 2, 1])

            let page = try fleet.read("report.html")
            #expect(page.contains("Ways down") && page.contains("3_c.down.sql"))
        }
    }

    @Test func `are tried once for all targets with the same files, and for each folder`() async throws {
        try await withFleet(of: 3, Self.files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 1, of: Self.files) }
            var text = FleetText(production: Array(databases.prefix(2)))
            text.entries = [
                "{host: 127.0.0.1, port: \(databases[2].server.port), database: \(databases[2].name), migrations: other}"
            ]
            try fleet.write(text, Self.files)
            try fleet.write("other/1_a.up.sql", "create table a (id int)")
            try fleet.write("other/1_a.down.sql", "drop table a; create table z (id int)")
            let check = try await fleet.json("check", "--downs")
            #expect(check["files"].elements.map { $0["files"].string } == ["files:migrations", "files:other"])
            #expect(check["files"].elements.map { $0["findings"].elements.count } == [3, 1])
            let some = try await fleet.json("check", "--downs", "--target", databases[0].target())
            #expect(some["files"].elements.map { $0["files"].string } == ["files:migrations"])
        }
    }
}
