import FoundationEssentials
import Glibc
import LocalServers

/// The directory of everything that this test process starts, and a shell outside of it that removes it at the end.
///
/// Swift Testing has no hook after all tests, and a killed process runs no hook at all. So a shell in a session of its own
/// reads from a socket whose other end only this process holds. At the end of this process, however it comes, the read
/// ends; the shell then ends every process that works inside the directory and removes the directory.
struct Watchdog: Sendable {
    let directory: String

    /// One per test process.
    static let shared = Result { try Watchdog() }

    private static let script = """
        trap '' HUP INT TERM
        cd /
        read -r _
        round=0
        while [ "$round" -lt 100 ]; do
            found=
            for process in /proc/[0-9]*; do
                case $(readlink "$process/cwd") in
                    "$1"/*) found=yes
                        if [ "$round" -lt 30 ]; then kill -QUIT "${process#/proc/}"; else kill -KILL "${process#/proc/}"; fi ;;
                esac
            done
            if [ -z "$found" ] && rm -rf "$1"; then exit; fi
            round=$((round + 1))
            sleep 0.1
        done
        """

    private init() throws {
        var template = Array("/tmp/pgfleet-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestServerError("cannot make a directory in /tmp") }
        directory = template.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        // Servers that run as another account must pass through.
        chmod(directory, 0o711)
        var ends: [Int32] = [-1, -1]
        // Not a pipe, because only a socket pair can be made uninheritable in the same call.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw TestServerError("cannot make a socket pair")
        }
        // The write end is never closed here: that is the kernel's part, at the end of this process.
        try Self.spawnShell(reading: ends[0], watching: directory)
        close(ends[0])
    }

    private static func spawnShell(reading end: Int32, watching directory: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, end, 0)
        // What tests have open now must not stay open with the shell; that a number is not in use is no error here.
        for other in 3..<Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 4_096)) {
            posix_spawn_file_actions_addclose(&actions, other)
        }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let words = ["setsid", "/bin/sh", "-c", script, "pgfleet-test-watchdog", directory]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/local/bin:/usr/bin:/bin"), nil]
        defer { for variable in environment { free(variable) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, "/usr/bin/setsid", &actions, nil, &arguments, &environment)
        guard result == 0 else { throw TestServerError("cannot start setsid: \(String(cString: strerror(result)))") }
    }
}

/// A fault of the test fixture itself, not of the code under test.
public struct TestServerError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
