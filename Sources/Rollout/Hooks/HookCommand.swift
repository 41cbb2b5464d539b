import FleetModel
import Subprocess

/// A hook's line for `sh -c`, with a time limit.
enum HookCommand {
    /// More than that a hook may not print.
    private static let outputLimit = 1 << 20

    private enum Ending: Sendable {
        case finished(Result<String, TargetFailure>)
        case timedOut
        case cancelled
    }

    /// Runs a line without input. When the time is over or the task is cancelled, the command and its children are ended.
    ///
    /// - Returns: what it printed, standard error included.
    static func run(
        _ line: String, _ variables: [String: String], limit: Duration
    ) async throws(TargetFailure) -> String {
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask(name: "hook") { .finished(await output(of: line, variables)) }
            group.addTask(name: "hook's time limit") {
                do { try await Task.sleep(for: limit) } catch { return .cancelled }
                return .timedOut
            }
            defer { group.cancelAll() }
            return await group.next() ?? .cancelled
        }
        switch ending {
        case .finished(let result): return try result.get()
        case .timedOut: throw TargetFailure(kind: .hook, message: "it was not done within \(limit.seconds.short) s")
        case .cancelled: throw TargetFailure(kind: .cancelled, message: "it was cancelled")
        }
    }

    private static func output(of line: String, _ variables: [String: String]) async -> Result<String, TargetFailure> {
        var options = PlatformOptions()
        // A session of its own, so that a prompt cannot reach the terminal and all children can be ended together.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        do {
            let added = variables.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
            let result = try await Subprocess.run(
                .name("sh"), arguments: ["-c", line],
                environment: .inherit.updating(Dictionary(added) { $1 }), platformOptions: options,
                output: .string(limit: outputLimit), error: .combinedWithOutput)
            let text = result.standardOutput
            switch result.terminationStatus {
            case .exited(0): return .success(text)
            case .exited(let code): return .failure(failure("it ended with code \(code)", text))
            case .signaled(let signal): return .failure(failure("it was ended by signal \(signal)", text))
            }
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .failure(TargetFailure(kind: .hook, message: "it printed more than \(outputLimit) bytes"))
        } catch is CancellationError {
            return .failure(TargetFailure(kind: .cancelled, message: "it was cancelled"))
        } catch {
            return .failure(TargetFailure(kind: .hook, message: "it could not be started"))
        }
    }

    private static func failure(_ message: String, _ output: String) -> TargetFailure {
        let last = output.split(whereSeparator: \.isNewline).last.map { ": \($0.prefix(200))" } ?? ""
        return TargetFailure(kind: .hook, message: message + last)
    }
}
