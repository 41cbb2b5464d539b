import TestSupport
import Testing

@Suite("Without a terminal") struct TerminalTests {
    @Test(arguments: [["rollout"], ["migrate", "force", "1"]])
    func `a question is 2, names the flag that answers it, and nothing is changed`(command: [String]) async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let result = try await fleet.run(command)
            #expect(result.code == 2)
            #expect(result.messages.contains("--yes"))
            #expect(try await databases.states() == [DatabaseState("no table")])
        }
    }

    @Test func `a rollback asks as well`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let result = try await fleet.run("rollout", "rollback")
            #expect(result.code == 2)
            #expect(result.messages.contains("--yes"))
            #expect(try await databases.states() == [DatabaseState("2 clean", Samples.tables(2))])
        }
    }

    @Test(arguments: [[:], ["NO_COLOR": "1"], ["TERM": "dumb"], ["CLICOLOR_FORCE": "1"]])
    func `nothing is coloured and nothing is redrawn`(environment: [String: String]) async throws {
        try await withFleet(of: 2, Samples.two + ["3_bad.up.sql": "SELECT 1/0", "3_bad.down.sql": ""]) { fleet, _ in
            for command in [
                ["plan"], ["status"], ["rollout", "--yes"], ["rollout", "show"], ["rollout", "list"], ["targets"],
                ["validate"], ["status", "--no-color"], ["no-such-command"],
            ] {
                let result = try await fleet.run(command, environment: environment)
                #expect(!result.everything.contains("\u{1b}"), "\(command)")
                #expect(!result.everything.contains("\r"), "\(command)")
            }
        }
    }

    @Test func `what a database says cannot steer a terminal`() async throws {
        let files = [
            "1_rude.up.sql": "DO $$ BEGIN RAISE EXCEPTION E'red \\033[31m and \\007 bell'; END $$;\n",
            "1_rude.down.sql": "SELECT 1;\n",
        ]
        try await withFleet(of: 1, files) { fleet, _ in
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 6)
            #expect(result.everything.contains("red"))
            #expect(!result.everything.contains("\u{1b}"))
            #expect(!result.everything.contains("\u{7}"))
            let show = try await fleet.run("rollout", "show")
            #expect(show.output.contains("red"))
            #expect(!show.everything.contains("\u{1b}"))
        }
    }
}
