import FoundationEssentials
import Glibc
import Synchronization

/// A directory that goes with this process, and all that works in it: servers that are started in there do not stay behind.
///
/// A killed process runs no code of its own. So a shell in a session of its own reads from a socket whose other end only
/// this process holds. At the end of this process, however it comes, or after `close()`, the read ends; the shell then ends
/// every process that works inside the directory and removes the directory.
public final class FleetingDirectory: Sendable {
    /// Its path. Accounts that a server runs as may pass through it.
    public let path: String
    private let end: Mutex<Int32?>

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

    /// Makes the directory in `/tmp`, whose path is short enough for sockets.
    ///
    /// - Parameter name: what its name begins with, and what the shell is called in the list of processes.
    /// - Throws: `.fileOperation`, `.programFailed`.
    public init(named name: String) throws(LocalServerError) {
        var template = Array("/tmp/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.error("make a directory in /tmp") }
        path = template.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } ?? "" }
        chmod(path, 0o711)
        var ends: [Int32] = [-1, -1]
        // Not a pipe, because only a socket pair can be made uninheritable in the same call.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Self.error("make a socket pair")
        }
        end = Mutex(ends[1])
        let result = Self.spawnShell(reading: ends[0], watching: path, called: name + "-watchdog")
        Glibc.close(ends[0])
        guard result == 0 else { throw Self.error("start setsid", result) }
    }

    deinit { close() }

    /// Has the shell remove it, with all that works in it; returns at once.
    public func close() {
        end.withLock { end in
            if let end { Glibc.close(end) }
            end = nil
        }
    }

    private static func error(_ operation: String, _ code: Int32 = errno) -> LocalServerError {
        LocalServerError(.fileOperation(operation, complaint: String(cString: strerror(code))))
    }

    private static func spawnShell(reading end: Int32, watching directory: String, called name: String) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, end, 0)
        // What is open now must not stay open with the shell; that a number is not in use is no error here.
        for other in 3..<Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 4_096)) {
            posix_spawn_file_actions_addclose(&actions, other)
        }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let words = ["setsid", "/bin/sh", "-c", script, name, directory]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/local/bin:/usr/bin:/bin"), nil]
        defer { for variable in environment { free(variable) } }
        var pid: pid_t = 0
        return posix_spawn(&pid, "/usr/bin/setsid", &actions, nil, &arguments, &environment)
    }
}
