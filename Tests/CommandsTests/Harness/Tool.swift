import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// The program itself, as a process of its own: what a user runs, and nothing of it linked into the tests.
enum Tool {
    /// It is built beside the test bundle.
    static let path = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "pgfleet").path
    }()

    /// What every run may see of the environment; PG* variables of the caller would lead it elsewhere.
    static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"]

    /// Starts it in a directory, with nothing to read and its two outputs in files.
    ///
    /// With a terminal, questions are read from and written to that. Not by pipes: then neither side can wait for the other, whatever it is killed in the middle of.
    static func start(
        _ arguments: [String], in directory: String, output: String, environment: [String: String],
        terminal: String? = nil
    ) throws -> RunningTool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, terminal ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output + ".out", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, output + ".err", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        if let terminal { posix_spawn_file_actions_addopen(&actions, 2, terminal, O_WRONLY, 0) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of Dispatch block signals and this process may ignore some; the program must see them as from a shell.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        // `env` changes the directory and then becomes the program, so the process is the same.
        var words = (["env", "--chdir=\(directory)", path] + arguments).map { strdup($0) } + [nil]
        var variables =
            Self.environment.merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, "/usr/bin/env", &actions, &attributes, &words, &variables)
        guard result == 0 else { throw ToolError("cannot start \(path): \(String(cString: strerror(result)))") }
        return RunningTool(process: process, output: output)
    }
}

/// One process of the program.
final class RunningTool: Sendable {
    let process: pid_t
    private let output: String
    private let hasEnded = Mutex(false)
    private let end: Task<Int32, Never>

    /// How long any run may take; longer is a hang, and it is killed.
    static let limit = 240

    fileprivate init(process: pid_t, output: String) {
        self.process = process
        self.output = output
        end = Task {
            await withCheckedContinuation { continuation in
                // A thread of its own: it waits for the process.
                DispatchQueue(label: "wait for pgfleet").async {
                    var information = siginfo_t()
                    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
                    continuation.resume(returning: information.si_code == CLD_EXITED ? 0 : 1)
                }
            }
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Self.limit)) { [weak self] in
            self?.signal(SIGKILL)
        }
    }

    deinit { signal(SIGKILL) }

    /// Sends a signal, unless it has ended.
    func signal(_ number: Int32) {
        hasEnded.withLock { if !$0 { _ = kill(process, number) } }
    }

    /// Waits for its end; a run whose test is cancelled is killed.
    func wait() async throws -> ToolResult {
        await withTaskCancellationHandler {
            _ = await end.value
        } onCancel: {
            signal(SIGKILL)
        }
        let status = hasEnded.withLock { hasEnded in
            var status: Int32 = 0
            if !hasEnded { waitpid(process, &status, 0) }
            hasEnded = true
            return status
        }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return ToolResult(code: code, output: try text(".out"), messages: try text(".err"))
    }

    /// What it has written to standard error so far.
    func messages() throws -> String { try text(".err") }

    private func text(_ suffix: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: output + suffix)), as: UTF8.self)
    }
}

/// How a run ended.
struct ToolResult: Sendable {
    /// The exit code; 128 and the signal's number when one ended it.
    let code: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let messages: String

    /// Everything that it wrote.
    var everything: String { output + messages }

    /// The one document on standard output.
    func document() throws -> JSON {
        do {
            return try JSON(output)
        } catch {
            throw ToolError("standard output is not one JSON document: \(error)\n\(output)\n\(messages)")
        }
    }
}

/// A fault of the harness.
struct ToolError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
