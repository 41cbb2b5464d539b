import Glibc

/// The operating system account that a local server runs as.
///
/// PostgreSQL refuses to run as root, so root lends each server to `postgres` (Debian's package creates it) or `nobody`.
/// - Source: PostgreSQL manual, "The PostgreSQL User Account".
public struct ServerAccount: Sendable, Hashable {
    public let name: String
    public let userID: UInt32
    public let groupID: UInt32
    /// Whether programs have to change to this account, which only root may do.
    public let needsSwitch: Bool

    /// The calling user, or an unprivileged account where the caller is root.
    ///
    /// - Throws: `.noUnprivilegedAccount` where root finds neither `postgres` nor `nobody`.
    public static func current() throws(LocalServerError) -> ServerAccount {
        guard geteuid() == 0 else {
            return ServerAccount(name: "uid \(geteuid())", userID: geteuid(), groupID: getegid(), needsSwitch: false)
        }
        for name in ["postgres", "nobody"] {
            if let account = lookUp(name) { return account }
        }
        throw LocalServerError(.noUnprivilegedAccount)
    }

    private static func lookUp(_ name: String) -> ServerAccount? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil, entry.pw_uid != 0 else {
            return nil
        }
        return ServerAccount(name: name, userID: entry.pw_uid, groupID: entry.pw_gid, needsSwitch: true)
    }

    /// The first directory on the way to `path` that this account may not enter, if any.
    ///
    /// Directories that do not exist yet are taken as enterable: whoever creates them decides.
    public func obstacle(onTheWayTo path: String) -> String? {
        guard needsSwitch else { return nil }
        var ancestors: [String] = ["/"]
        for part in path.split(separator: "/") {
            ancestors.append((ancestors.last == "/" ? "/" : (ancestors.last ?? "") + "/") + part)
        }
        return ancestors.first { directory in
            var status = stat()
            guard stat(directory, &status) == 0 else { return false }
            return !mayEnter(status)
        }
    }

    private func mayEnter(_ status: stat) -> Bool {
        if status.st_uid == userID { return status.st_mode & 0o100 != 0 }
        if status.st_gid == groupID { return status.st_mode & 0o010 != 0 }
        return status.st_mode & 0o001 != 0
    }
}
