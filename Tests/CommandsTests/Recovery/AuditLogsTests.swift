import TestSupport
import Testing

@Suite("The story of the two audit_logs") struct AuditLogsTests {
    @Test func `recover proves version 8, and the repaired file goes through`() async throws {
        try await withFleet(of: 2, AuditLogs.broken) { fleet, databases in
            try fleet.write(FleetText(production: [databases[0]]), AuditLogs.broken)
            let tool = OtherTool(database: databases[0])
            try await tool.up(to: 8, of: AuditLogs.broken)
            let nine = AuditLogs.broken["9_audit.up.sql"] ?? ""
            let complaint = try await OtherTool(database: databases[0], isMulti: true).run(nine, leadingTo: 9)
            #expect(complaint == "column \"resource_type\" does not exist")

            let look = try await fleet.run("recover")
            #expect(look.code == 3)
            #expect(
                look.output.contains("Nothing of 9 is in: the schema is exactly that of version 8."),
                "\(look.everything)")
            #expect(look.output.contains("the up of 9 fails on scratch, too, at statement 2 of 3"), "\(look.output)")
            #expect(try await databases[0].state().version == "9 dirty")

            let recover = try await fleet.run("recover", "--auto", "--reason", "9 is wrong")
            #expect(recover.code == 0, "\(recover.everything)")
            #expect(try await databases[0].state().version == "8 clean")
            try fleet.write(FleetText(production: [databases[0]]), AuditLogs.repaired)
            let up = try await fleet.run("migrate", "up")
            #expect(up.code == 0, "\(up.everything)")
            try await OtherTool(database: databases[1]).up(to: 9, of: AuditLogs.repaired)
            #expect(try await databases[0].dump() == (try await databases[1].dump()))
            let check = try await fleet.run("check")
            #expect(check.code == 0, "\(check.everything)")
        }
    }

    @Test func `whoever forced 9 and went on is caught by the check`() async throws {
        try await withFleet(of: 1, AuditLogs.repaired) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 8, of: AuditLogs.broken)
            try await databases[0].psql(OtherTool.setting(9, isDirty: false))
            let check = try await fleet.run("check", "--output", "json")
            #expect(check.code == 4, "\(check.everything)")
            let keys = try check.document()["targets"].elements[0]["findings"].elements.map { $0["key"].string ?? "" }
            let missing = [
                "missing column audit_logs.old_values", "missing column audit_logs.resource_type",
                "missing index audit_logs_resource", "missing table retention",
            ]
            #expect(keys.sorted() == missing)
            // With the files that cannot be replayed it is said that nothing proves the schema, and nothing is called well.
            try fleet.write(FleetText(production: databases), AuditLogs.broken)
            let unproven = try await fleet.run("check", "--output", "json")
            #expect(try unproven.document()["targets"].elements[0]["verdict"].string == "unknown")
            #expect(unproven.output.contains("migration 9 (up)"), "\(unproven.output)")
        }
    }

    @Test func `force 9, the wrong rule, is told what it contradicts`() async throws {
        try await withFleet(of: 1, AuditLogs.repaired) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 8, of: AuditLogs.broken)
            try await databases[0].psql(OtherTool.setting(9, isDirty: true))
            let force = try await fleet.run("migrate", "force", "9", "--yes", "--reason", "the old rule")
            #expect(force.code == 0, "\(force.everything)")
            #expect(force.messages.contains("the schema is not that of version 9"), "\(force.messages)")
            for object in ["index audit_logs_resource", "table retention", "column audit_logs.resource_type"] {
                #expect(force.messages.contains("missing \(object)"), "\(force.messages)")
            }
            #expect(
                try await databases[0].psql("SELECT version, direction, title FROM pgfleet.history")
                    == "9|force|the old rule")
        }
    }
}
