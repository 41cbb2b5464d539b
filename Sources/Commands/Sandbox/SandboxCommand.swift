import ArgumentParser

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
