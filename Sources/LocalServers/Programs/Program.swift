import Subprocess
import SystemPackage

/// One run of a helper program (initdb, pg_ctl, psql) that ends by itself.
///
/// The program sees a small environment of its own, so that PGHOST, PGOPTIONS and the like of the caller cannot lead it
/// to another server, and it starts in `/`, which every account may enter.
package struct Program: Sendable {
    package let executable: String
    package let arguments: [String]
    package let account: ServerAccount?

    package struct Outcome: Sendable {
        package let succeeded: Bool
        package let output: String
        package let complaint: String
    }

    /// - Parameter account: who runs it; nil stays with the calling user.
    package init(_ executable: String, _ arguments: [String], as account: ServerAccount? = nil) {
        self.executable = executable
        self.arguments = arguments
        self.account = account
    }

    /// Runs the program without holding a thread of the cooperative pool.
    ///
    /// - Throws: `.programFailed` if it cannot be started at all; `CancellationError` if the task was cancelled.
    package func run() async throws -> Outcome {
        try Task.checkCancellation()
        var command = [executable] + arguments
        if let account, account.needsSwitch {
            // Not by Subprocess's own userID: between fork and exec it calls setgroups(), which in glibc waits for the
            // threads of the parent, and so hangs for ever now and then (seen with swift-subprocess 1.0.2).
            command =
                ["/usr/bin/setpriv", "--reuid=\(account.userID)", "--regid=\(account.groupID)", "--clear-groups", "--"]
                + command
        }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(command[0])),
                arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"]),
                workingDirectory: "/",
                // Never a pipe: a program that ends without reading it would end this process by SIGPIPE.
                input: .none,
                output: .string(limit: 4_194_304),
                error: .string(limit: 1_048_576)
            )
            return Outcome(
                succeeded: result.terminationStatus == .exited(0),
                output: result.standardOutput,
                complaint: result.standardError
            )
        } catch let error as CancellationError {
            throw error
        } catch {
            throw LocalServerError(.programFailed(executable, complaint: String(describing: error)))
        }
    }

    /// Runs the program and returns what it wrote to standard output.
    ///
    /// - Throws: `.programFailed` with its complaint if it exits with anything but 0.
    @discardableResult
    package func output() async throws -> String {
        let outcome = try await run()
        guard outcome.succeeded else {
            try Task.checkCancellation()
            throw LocalServerError(.programFailed(executable, complaint: outcome.complaint))
        }
        return outcome.output
    }
}
