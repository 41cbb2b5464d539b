import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// The databases that a command is about: targets of the inventory, or databases by their addresses.
struct DatabaseOptions: ParsableArguments {
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var selection: SelectorOptions

    @Option(
        name: .customLong("database"),
        help: ArgumentHelp(
            "A database instead of an inventory, postgres://…; may be repeated.", valueName: "address"))
    var addresses: [String] = []

    @Option(
        name: [.customLong("migrations"), .customLong("path")],
        help: ArgumentHelp(
            "The folder with the files, where no inventory names it; migrations by default.", valueName: "folder"),
        completion: .directory)
    var migrations: String?

    @Option(
        help: ArgumentHelp("With --database: whose files they are.", valueName: "layout"),
        completion: .list(Layout.allCases.map(\.rawValue)),
        transform: { text in
            guard let layout = Layout(rawValue: text) else {
                throw ValidationError("one of " + Layout.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return layout
        })
    var layout: Layout?

    /// Whether databases are named by their addresses.
    var isAddressed: Bool { !addresses.isEmpty }

    private var readsInventory: Bool { !isAddressed && migrations == nil }

    func validate() throws {
        let isSelecting = ![selection.environments, selection.hosts, selection.targets, selection.labels].joined()
            .isEmpty
        if !readsInventory, fleet.config != nil || isSelecting {
            throw ValidationError(
                "\(isAddressed ? "--database names a database by itself" : "--migrations stands in an inventory's place"); "
                    + "leave --config and all that selects targets out")
        }
        if readsInventory, layout != nil {
            throw ValidationError("--layout goes with --database; an inventory has its own")
        }
    }

    /// For commands that connect: a folder without a database has nothing to connect to.
    func validateAddresses() throws {
        guard isAddressed || migrations == nil else {
            throw ValidationError("--migrations and --layout go with --database; an inventory has its own")
        }
    }

    /// Runs a body on the inventory, or on one that is made of the addresses and the folder.
    ///
    /// - Parameter lockWait: with addresses, how long to wait for the migration lock.
    func run(lockWait: Duration? = nil, _ body: (FleetSession) async throws -> Void) async throws {
        guard !readsInventory else { return try await fleet.run(body) }
        try await fleet.run(
            { output in
                var rules = TargetRules(layout: layout ?? .golangMigrate)
                if let lockWait { rules.lockWait = lockWait }
                let made = try Fleet.addressed(addresses, migrations: migrations ?? "migrations", rules: rules)
                for warning in made.warnings {
                    output.tell(output.messages.paint("warning:", .warning) + " \(warning)")
                }
                return FleetSession(fleet: made.fleet, output: output, operand: "--database …")
            },
            { session in
                do {
                    try await body(session)
                } catch let failure as TargetFailure {
                    throw failure.addressed
                } catch let error as MigrationsError {
                    throw Failure(.usage, "\(error)".addressed)
                }
            })
    }
}
