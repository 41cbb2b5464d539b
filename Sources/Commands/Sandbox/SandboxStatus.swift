import ArgumentParser
import LocalServers

/// Shows the local servers.
struct SandboxStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show the servers.")

    @OptionGroup var options: FleetOptions

    func run() async throws {
        try await options.run { session in
            try await SandboxRun(session).run { try await $0.status($1) }
        }
    }
}
