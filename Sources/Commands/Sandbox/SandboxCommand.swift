import ArgumentParser
import FleetModel
import Inventory
import LocalServers

/// The group of commands about the local copy of the fleet.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "Run a local fleet of real PostgreSQL servers, as fleet.yaml describes it.",
        discussion: """
            One server for each host of the inventory, on its port, on loopback only, with its databases; in \
            .pgfleet/sandbox beside the inventory. Hosts that are not on this machine are refused.
            """,
        subcommands: [SandboxUp.self, SandboxDown.self, SandboxStatus.self])
}

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

struct SandboxStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show the servers.")

    @OptionGroup var options: FleetOptions

    func run() async throws {
        try await options.run { session in
            try await SandboxRun(session).run { try await $0.status($1) }
        }
    }
}
