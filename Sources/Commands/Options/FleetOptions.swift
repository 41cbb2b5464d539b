import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout
import Store

/// What every command takes: the inventory, and how to print.
struct FleetOptions: ParsableArguments {
    @Option(
        name: [.long, .customShort("c")],
        help: ArgumentHelp("The inventory; fleet.yaml by default. Also: PGFLEET_CONFIG.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("How to print: text or json.", valueName: "format"))
    var output: Output.Format = .text

    @Flag(name: .long, help: "Print without colours. Also: NO_COLOR.")
    var noColor = false

    @Flag(name: .shortAndLong, help: "Tell more on standard error.")
    var verbose = false

    /// Runs a command's body on the loaded inventory, and turns the errors of the modules into exit codes.
    func run(_ body: (FleetSession) async throws -> Void) async throws {
        try await run({ try await FleetSession.open(config: config, output: $0) }, body)
    }

    /// Runs a command's body in the session that `open` opens.
    func run(
        _ open: (Output) async throws -> FleetSession, _ body: (FleetSession) async throws -> Void
    ) async throws {
        do {
            try await body(try await open(Output(format: output, noColor: noColor, isVerbose: verbose)))
        } catch {
            throw told(error)
        }
    }

    /// The exit code and the text of what a module throws; all else as it is.
    func told(_ error: any Error) -> any Error {
        switch error {
        case let error as AddressError: return Failure(.usage, "\(error)")
        case let error as InventoryError: return Failure(.usage, "the inventory is wrong:\n\(error)")
        case let error as SelectionError: return Failure(.usage, "\(error)")
        case let error as MigrationsError: return Failure(.usage, "\(error)")
        case let error as StoreError:
            switch error.reason {
            case .unknownRollout, .unknownPlan, .ambiguousRollout: return Failure(.usage, "\(error)")
            case .cannotOpen, .full, .readOnly, .gone, .locked, .damaged, .newerFormat, .claimed, .targetClaimed,
                .scheduleClaimed, .claimLost, .failed:
                return Failure(.failed, "\(error)")
            }
        case let failure as TargetFailure:
            let paint = Terminal.messages(noColor: noColor).paint
            let lines = FailureText.lines(failure, indent: 2, paint: paint)
            return Failure(
                .refused(by: [failure.kind]),
                lines.joined(separator: "\n").trimmingPrefix { $0 == " " }.description)
        default: return error
        }
    }
}

extension Output.Format: ExpressibleByArgument {}
