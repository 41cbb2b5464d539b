import ArgumentParser
import LocalServers

/// Starts the local servers.
struct SandboxUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Start the servers and make their databases; what is there is kept.")

    @OptionGroup var options: FleetOptions

    func run() async throws {
        try await options.run { session in
            try await SandboxRun(session).run { try await $0.up($1) }
        }
    }
}
