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
        } catch let error as AddressError {
            throw Failure(.usage, "\(error)")
        } catch let error as InventoryError {
            throw Failure(.usage, "the inventory is wrong:\n\(error)")
        } catch let error as SelectionError {
            throw Failure(.usage, "\(error)")
        } catch let error as MigrationsError {
            throw Failure(.usage, "\(error)")
        } catch let error as StoreError {
            switch error.reason {
            case .unknownRollout, .unknownPlan, .ambiguousRollout: throw Failure(.usage, "\(error)")
            case .cannotOpen, .full, .readOnly, .gone, .locked, .damaged, .newerFormat, .claimed, .targetClaimed,
                .claimLost, .failed:
                throw Failure(.failed, "\(error)")
            }
        } catch let failure as TargetFailure {
            let paint = Terminal.messages(noColor: noColor).paint
            let lines = FailureText.lines(failure, indent: 2, paint: paint)
            throw Failure(
                .refused(by: [failure.kind]),
                lines.joined(separator: "\n").trimmingPrefix { $0 == " " }.description)
        }
    }
}

extension Output.Format: ExpressibleByArgument {}
