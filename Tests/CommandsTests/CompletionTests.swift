import FoundationEssentials
import LocalServers
import TestSupport
import Testing

/// What shells offer, asked of the shell itself where this machine has it.
@Suite("Completions") struct CompletionTests {
    /// What bash offers for a line whose last word is begun.
    private func offers(_ words: [String], in fleet: FleetDirectory) async throws -> [String] {
        let line = words.joined(separator: " ")
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            cd \(fleet.path)
            PATH=\(URL(filePath: Tool.path).deletingLastPathComponent().path):$PATH
            eval "$(pgfleet --generate-completion-script bash)"
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1) COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count)
            COMP_TYPE=9 COMP_KEY=9
            _pgfleet pgfleet '\(words[words.count - 1])' '\(words[words.count - 2])'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        return try await Program("/bin/bash", ["-c", script]).output().split(separator: "\n").map(String.init)
    }

    @Test func `bash offers the environments of the inventory after --env`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            var text = FleetText(production: databases)
            text.environments.insert(.init(name: "staging", databases: []), at: 0)
            try fleet.write(text, [:])
            #expect(Set(try await offers(["pgfleet", "wait", "--env", ""], in: fleet)) == ["staging", "production"])
            #expect(try await offers(["pgfleet", "status", "--env", "pro"], in: fleet) == ["production"])
            try fleet.write("other.yaml", text.yaml.replacing("staging:", with: "canary:"))
            let named = try await offers(["pgfleet", "plan", "--config", "other.yaml", "--env", "c"], in: fleet)
            #expect(named == ["canary"])
        }
    }

    @Test func `an inventory with a mistake offers nothing and says nothing`() async throws {
        try await withFleet { fleet in
            try fleet.write("fleet.yaml", "fleet: [")
            let result = try await fleet.run(
                "---completion", "wait", "--", "--env", "3", "0", "pgfleet", "wait", "--env", "")
            #expect(result.everything.split(whereSeparator: \.isNewline).isEmpty, "\(result.everything)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `each shell has a script that names every command`(shell: String)
        async throws
    {
        try await withFleet { fleet in
            let script = try await fleet.run("--generate-completion-script", shell)
            #expect(script.code == 0)
            for command in ["wait", "digest", "rollout", "migrate"] { #expect(script.output.contains(command)) }
        }
    }
}
