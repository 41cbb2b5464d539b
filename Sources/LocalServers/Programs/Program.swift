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
    package func run(input: String = "") async throws -> Outcome {
        try Task.checkCancellation()
        var options = PlatformOptions()
        if let account, account.needsSwitch {
            options.supplementaryGroups = [account.groupID]
            options.groupID = account.groupID
            options.userID = account.userID
        }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable)),
                arguments: Arguments(arguments),
                environment: .custom(["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"]),
                workingDirectory: "/",
                platformOptions: options,
                input: .string(input),
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
    package func output(input: String = "") async throws -> String {
        let outcome = try await run(input: input)
        guard outcome.succeeded else {
            try Task.checkCancellation()
            throw LocalServerError(.programFailed(executable, complaint: outcome.complaint))
        }
        return outcome.output
    }
}
