internal import Subprocess

/// `${command:…}`.
enum SecretCommand {
    private enum Ending: Sendable {
        case finished(Result<String, SecretFailure>)
        case timedOut
        case clockCancelled
    }

    /// Runs a line with `sh -c`, without input; what it writes to standard error is dropped, as it may hold the
    /// secret. When the time is over, the command and its children are killed.
    static func run(_ line: String, limit: Int, time: Duration) async -> Result<String, SecretFailure> {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask(name: "secret command") { .finished(await output(of: line, limit: limit)) }
            group.addTask(name: "secret command's time limit") {
                do { try await Task.sleep(for: time) } catch { return .clockCancelled }
                return .timedOut
            }
            defer { group.cancelAll() }
            switch await group.next() {
            case .finished(let result): return result
            case .timedOut: return .failure(SecretFailure(.commandTimedOut(time)))
            case .clockCancelled, nil: return .failure(SecretFailure(.cancelled))
            }
        }
    }

    private static func output(of line: String, limit: Int) async -> Result<String, SecretFailure> {
        var options = PlatformOptions()
        // A session of its own, so that a prompt cannot reach the terminal and all children can be killed together.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        do {
            let result = try await Subprocess.run(
                .name("sh"), arguments: ["-c", line], platformOptions: options, output: .bytes(limit: limit),
                error: .discarded)
            switch result.terminationStatus {
            case .exited(0) where result.standardOutput.isEmpty: return .failure(SecretFailure(.commandPrintedNothing))
            case .exited(0): return SecretFailure.text(of: result.standardOutput)
            case .exited(let code): return .failure(SecretFailure(.commandFailed(Int(code))))
            case .signaled(let signal): return .failure(SecretFailure(.commandFailed(128 + Int(signal))))
            }
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .failure(SecretFailure(.tooLarge(limit: limit)))
        } catch is CancellationError {
            return .failure(SecretFailure(.cancelled))
        } catch {
            return .failure(SecretFailure(.commandNotStarted))
        }
    }
}
