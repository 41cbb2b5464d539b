import TestSupport
import Testing

@Suite("A wrong inventory") struct BadInventoryTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let name, yaml, place, word: String
        var testDescription: String { name }
    }

    static let mistakes = [
        Mistake(
            name: "malformed", yaml: "fleet: shop\nenvironments: {production: [\n", place: "fleet.yaml:3:1",
            word: "while parsing a flow node"),
        Mistake(
            name: "wrong type",
            yaml:
                "fleet: shop\nenvironments:\n  production:\n    concurrency: many\n"
                + "    targets: [{host: a, database: b}]\n",
            place: "fleet.yaml:4:18", word: "concurrency"),
        Mistake(
            name: "unknown key",
            yaml: "fleet: shop\nenvironments:\n  production:\n    target: [{host: a, database: b}]\n",
            place: "fleet.yaml:4:5", word: "targets"),
        Mistake(
            name: "cycle",
            yaml: "fleet: shop\nenvironments:\n  a: {after: b, targets: [{host: h, database: x}]}\n"
                + "  b: {after: a, targets: [{host: h, database: y}]}\n",
            place: "fleet.yaml:", word: "a"),
    ]

    @Test(arguments: mistakes, [["validate"], ["status"], ["plan"], ["rollout", "--yes"], ["rollout", "list"]])
    func `is 2 with line and column, whatever the command`(mistake: Mistake, command: [String]) async throws {
        try await withFleet { fleet in
            try fleet.write("fleet.yaml", mistake.yaml)
            let result = try await fleet.run(command)
            #expect(result.code == 2)
            #expect(result.output.isEmpty)
            #expect(result.messages.contains(mistake.place), "\(result.messages)")
            #expect(result.messages.contains(mistake.word), "\(result.messages)")
            #expect(!fleet.exists(".pgfleet"))
        }
    }

    @Test(arguments: [["plan"], ["rollout", "--yes"]])
    func `a secret that is not there is 2, named with its place, and nothing is changed`(
        command: [String]
    ) async throws {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                var text = FleetText(production: databases)
                text.defaults.append("password: ${env:NO_SUCH_SECRET}")
                try fleet.write(text, Samples.two)
                let result = try await fleet.run(command)
                #expect(result.code == 2, "\(result.everything)")
                #expect(result.everything.contains("fleet.yaml:8:13"), "\(result.everything)")
                #expect(result.everything.contains("NO_SUCH_SECRET"))
                #expect(try await databases.states() == [DatabaseState("no table"), DatabaseState("no table")])
                #expect(!fleet.exists(".pgfleet"))
            }
        }
    }

    @Test func `a selection that fits nothing is 2 and changes nothing`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let result = try await fleet.run("rollout", "--yes", "--env", "produktion")
            #expect(result.code == 2)
            #expect(result.messages.contains("production"))
            #expect(try await databases.states() == [DatabaseState("no table")])
        }
    }
}
