import ArgumentParser
import LocalServers

/// Removes the local servers.
struct SandboxDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "down", abstract: "Stop the servers and remove them.")

    @OptionGroup var options: FleetOptions

    @Flag(help: "Keep the data, so that 'up' goes on with them.")
    var keepData = false

    func run() async throws {
        try await options.run { session in
            try await SandboxRun(session).run { sandbox, _ in try await sandbox.down(keepData: keepData) }
        }
    }
}
