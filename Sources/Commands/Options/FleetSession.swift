import FleetModel
import Foundation
import Inventory
import Migrations
import Rollout
import Store

/// One command's run on one inventory: what was loaded, and the ways to ask for more.
struct FleetSession {
    let fleet: Fleet
    let output: Output
    let resolver = SecretResolver()
    /// How commands name a target that no inventory has.
    var operand: String?

    static func open(config: String?, output: Output) async throws -> FleetSession {
        let file = config ?? ProcessInfo.processInfo.environment["PGFLEET_CONFIG"] ?? "fleet.yaml"
        let fleet = try await Fleet.load(file)
        for warning in fleet.warnings { output.tell(output.messages.paint("warning:", .warning) + " \(warning)") }
        return FleetSession(fleet: fleet, output: output)
    }

    /// The targets that a command is about; hosts that could not be asked for theirs end the command.
    func select(_ selector: Selector) async throws -> [FleetTarget] {
        let selection = try await fleet.targets(selecting: selector, resolver: resolver)
        if let problem = selection.problems.first {
            let lines = FailureText.lines(problem.failure, indent: 2, paint: output.messages.paint)
            throw Failure(
                .failed,
                "\(problem.place): host \(problem.hostName) of \(problem.environment) could not be asked for its "
                    + "targets, so nothing was begun:\n" + lines.joined(separator: "\n"))
        }
        return selection.targets
    }

    /// Reads the migrations of these targets, and tells what stands out in them.
    ///
    /// - Parameter allow: what may stand out; nil for a command that runs none of them.
    /// - Throws: `usage` over what may not.
    func library(for targets: [FleetTarget], allowing allow: AllowOptions? = nil) throws -> MigrationLibrary {
        let library = try MigrationLibrary(targets.map(\.access.source))
        try allow?.check(library.all.flatMap(\.findings), output)
        if output.isVerbose {
            for finding in library.all.flatMap(\.findings) {
                output.tell(output.messages.paint("note:", .warning) + " \(finding)")
            }
        }
        return library
    }

    /// Opens the store that the inventory names.
    func store() async throws -> Store {
        switch fleet.store {
        case .sqlite(let path): return try await Store.open(path: path)
        case .postgres:
            throw Failure(
                .usage, "\(fleet.file): a store on PostgreSQL is not available in this version; name a SQLite file")
        }
    }

    /// Opens the store if there is one; a read never makes it.
    func storeIfPresent() async throws -> Store? {
        switch fleet.store {
        case .sqlite(let path): try await Store.openIfPresent(path: path)
        case .postgres: try await store()
        }
    }

    /// Works on targets, with connections that survive from one look to the next where that is cheap.
    func executor(for targets: [FleetTarget], library: MigrationLibrary, retry: String? = nil) -> TargetExecutor {
        TargetExecutor(
            targets: targets, others: fleet.targets, library: library, resolver: resolver,
            origin: RunOrigin(operatorName: me.description),
            retryCommand: retry, operand: operand)
    }

    /// The folder of the inventory's file.
    var directory: String { URL(fileURLWithPath: fleet.file).deletingLastPathComponent().path }

    /// Who runs this process.
    let me = OperatorIdentity.current
}
