import TestSupport
import Testing

/// The lines of JSON that a rollout is followed by, which are a contract as the documents are.
@Suite("Lines of JSON") struct FollowTests {
    private func lines(_ result: ToolResult) throws -> [JSON] {
        try result.output.split(separator: "\n").map { try JSON(String($0)) }
    }

    private func without(_ keys: String..., in document: JSON) -> JSON {
        guard case .object(var members) = document else { return document }
        for key in keys { members[key] = nil }
        return .object(members)
    }

    @Test func `are the events of the journal, and the document at the end, wherever one follows`() async throws {
        try await withFleet(of: 2, Samples.table(1)) { fleet, databases in
            try await databases[1].psql("CREATE TABLE t1 ()")
            let start = try await fleet.run("rollout", "--yes", "--output", "json", "--follow")
            #expect(start.code == 6)
            let lines = try lines(start)
            let show = try await fleet.json("rollout", "show")
            let events = show["events"].elements
            #expect(events.count > 10)
            #expect(lines.dropLast().map { without("schema_version", in: $0) } == events)
            #expect(lines.allSatisfy { $0["schema_version"].integer == 1 })
            let last = try #require(lines.last)
            #expect(last["event"].string == "result")
            #expect(without("event", in: last) == without("events", in: show))
            for line in lines.dropLast() {
                #expect(line["sequence"].integer != nil)
                #expect(line["at"].string?.hasSuffix("Z") == true)
                #expect(line["event"].string != nil)
            }

            let watch = try await fleet.run("rollout", "watch", "--output", "json")
            #expect(watch.code == 6)
            #expect(try self.lines(watch) == lines)
            let follow = try await fleet.run("rollout", "show", "--follow", "--output", "json")
            #expect(follow.code == 0)
            #expect(try self.lines(follow) == lines)
            let rollback = try await fleet.run("rollout", "rollback", "--yes", "--output", "json", "--follow")
            #expect(rollback.code == 2, "refused before there was anything to tell")
            #expect(rollback.output.isEmpty)
        }
    }

    @Test func `of a rollout with nothing to do, and of one that is refused, are one that says so`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let nothing = try await fleet.run("rollout", "--yes", "--output", "json", "--follow")
            #expect(nothing.code == 0)
            #expect(try lines(nothing).map { $0["event"].string } == ["result"])
            #expect(try lines(nothing)[0]["rollout"] == .null)
            try await databases[0].psql("UPDATE schema_migrations SET dirty = true")
            let refused = try await fleet.run("rollout", "--yes", "--to", "1", "--output", "json", "--follow")
            #expect(refused.code == 3)
            #expect(try lines(refused).map { $0["event"].string } == ["refused"])
            #expect(try lines(refused)[0]["problems"].elements.count == 1)
        }
    }

    @Test func `come while another process works on it`() async throws {
        let files = [
            "1_wait.up.sql": "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'gate') LOOP "
                + "PERFORM pg_sleep(0.02); END LOOP; END $$;",
            "1_wait.down.sql": "SELECT 1;",
        ]
        try await withFleet(of: 1, files) { fleet, databases in
            let start = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            let watches = [
                try fleet.start("rollout", "watch", "--output", "json"),
                try fleet.start("rollout", "show", "--follow", "--output", "json"),
                try fleet.start("rollout", "show", "--follow"),
            ]
            try await databases[0].openGate()
            #expect(try await start.wait().code == 0)
            let results = [try await watches[0].wait(), try await watches[1].wait()]
            for result in results {
                #expect(result.code == 0)
                #expect(
                    try lines(result).map { $0["event"].string }.suffix(3) == ["environment_passed", "ended", "result"])
            }
            let told = try await watches[2].wait()
            #expect(told.code == 0)
            #expect(told.output.contains("started by"))
        }
    }

    @Test func `are told apart from a report, which is a page in a file`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            #expect(try await fleet.run("rollout", "report").code == 2, "the form is named")
            let report = try await fleet.run("rollout", "report", "--html", "--file", "page.html")
            #expect(report.code == 0)
            #expect(report.output.isEmpty)
            #expect(fleet.exists("page.html"))
            let page = try await fleet.run("rollout", "report", "--html")
            #expect(page.code == 0)
            #expect(page.output.hasPrefix("<!DOCTYPE html>"))
            #expect(page.output.contains(databases[0].name))
            let nowhere = try await fleet.run("rollout", "report", "--html", "--file", "no/such/folder/page.html")
            #expect(nowhere.code == 1)
        }
    }
}
