import ArgumentParser
import Glibc
import Postgres

/// The program as a whole: reads the arguments, runs one command, and ends the process with a code of the table.
public enum CommandLineTool {
    /// Runs the command that the arguments name and ends the process.
    public static func run() async -> Never {
        Memory.keepInOneArena()
        // A reader of our output that goes away is noticed by the write that fails, not by a signal that ends us.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try PgfleetCommand.parseAsRoot(
                GolangMigrateArguments.understood(Array(CommandLine.arguments.dropFirst())))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(ExitStatus.done.rawValue)
        } catch let failure as Failure {
            if let message = failure.message {
                let paint = Terminal.messages(noColor: false).paint
                Output.put("\(paint("pgfleet:", .bad)) \(message)\n", STDERR_FILENO)
            }
            exit(failure.status.rawValue)
        } catch {
            exit(report(error))
        }
    }

    /// Tells an error of the argument parser; its own code for bad usage, 64, is ours, 2.
    private static func report(_ error: any Error) -> Int32 {
        let code = PgfleetCommand.exitCode(for: error)
        let text = PgfleetCommand.fullMessage(for: error)
        if !text.isEmpty {
            Output.put(text + "\n", code.isSuccess ? STDOUT_FILENO : STDERR_FILENO)
        }
        switch code {
        case .success: return ExitStatus.done.rawValue
        case .validationFailure: return ExitStatus.usage.rawValue
        default: return ExitStatus.failed.rawValue
        }
    }
}
