/// Why a local server could not be found, created, started or stopped.
public struct LocalServerError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: Sendable, Hashable {
        /// No `initdb` was found; `major` is the release that was asked for, nil for any.
        case programsMissing(major: Int?)
        case noUnprivilegedAccount
        /// The account that the server must run as may not enter `obstacle`.
        case unreachable(obstacle: String, account: String)
        /// The directory holds something that is no cluster of ours.
        case notACluster
        case noCluster
        case portInUse(Int)
        /// Processes still use the data directory although its lock file names none of them.
        case orphans([Int32])
        case didNotStart(log: String, lastLines: String)
        case didNotStop(pid: Int32)
        case notReady(after: Duration)
        /// A sandbox lives on loopback only, and this host is elsewhere.
        case notLoopback(host: String)
        case socketPathTooLong(bytes: Int)
        /// Another process holds the sandbox's lock.
        case sandboxBusy
        /// The work was cancelled; calling again goes on from where it was.
        case interrupted
        case fileOperation(String, complaint: String)
        case programFailed(String, complaint: String)
    }

    public let reason: Reason
    /// The server's directory, where one was concerned.
    public let directory: String?

    public init(_ reason: Reason, directory: String? = nil) {
        self.reason = reason
        self.directory = directory
    }

    public var description: String {
        let place = directory.map { "\($0): " } ?? ""
        return place + sentence
    }

    private var sentence: String {
        switch reason {
        case .programsMissing(let major):
            let release = major.map(String.init) ?? "15"
            return "No PostgreSQL\(major.map { " \($0)" } ?? "") server programs (initdb, pg_ctl, psql) were found in "
                + "`pg_config --bindir`, /usr/lib/postgresql or PATH. Nothing was changed. "
                + "Install them: sudo apt-get install postgresql-\(release)"
        case .noUnprivilegedAccount:
            return "PostgreSQL refuses to run as root, and neither the account 'postgres' nor 'nobody' exists. "
                + "Nothing was changed. Run as another user, or create one: adduser --system postgres"
        case .unreachable(let obstacle, let account):
            return "The server has to run as '\(account)' (PostgreSQL refuses root), which may not enter \(obstacle). "
                + "Nothing was changed. Choose a directory that it can reach, such as one under /var/tmp."
        case .notACluster:
            return "The directory holds files that are no PostgreSQL cluster. Nothing was changed. "
                + "Remove it or choose another one."
        case .noCluster:
            return "There is no cluster here. Nothing was changed."
        case .portInUse(let port):
            return "Port \(port) on this machine is taken by another program, so the server was not started. "
                + "See which: ss -ltnp 'sport = :\(port)'"
        case .orphans(let pids):
            return
                "Processes of an earlier server still use the data (pid \(pids.map(String.init).joined(separator: ", "))"
                + "), so no new one was started. End them first."
        case .didNotStart(let log, let lastLines):
            return "The server did not start. The whole log: \(log). Its end:\n\(lastLines)"
        case .didNotStop(let pid):
            return "The server (pid \(pid)) did not stop in time and is still running."
        case .notReady(let limit):
            return "The server did not accept connections within \(limit). It may still be starting."
        case .notLoopback(let host):
            return "'\(host)' is not this machine's loopback, so a sandbox there would not be a sandbox. "
                + "Nothing was changed. Use 127.0.0.1, ::1, localhost or a socket directory in the fleet file."
        case .socketPathTooLong(let bytes):
            return
                "The socket's path would have \(bytes) bytes, and the system's limit is 107. Choose a shorter directory."
        case .sandboxBusy:
            return
                "Another pgfleet is changing this sandbox at the moment. Nothing was changed. Try again when it is done."
        case .interrupted:
            return "Interrupted before the server was ready. Call again to go on."
        case .fileOperation(let operation, let complaint):
            return "Could not \(operation): \(complaint)."
        case .programFailed(let program, let complaint):
            let end = complaint.split(separator: "\n").suffix(6).joined(separator: "\n")
            return "\(program) failed: \(end)"
        }
    }
}
