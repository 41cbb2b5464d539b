import FoundationEssentials
import Glibc

/// The directory of a sandbox: the one that was asked for, or a link there to one that the servers' account can reach.
///
/// Checkouts often lie in a home directory that only its owner may enter. Where root runs the sandbox, its servers run as
/// another account, so their data then go to /var/tmp, which outlives a reboot as the checkout does.
struct SandboxDirectory: Sendable {
    /// As the user knows it, such as `/root/shop/.pgfleet/sandbox`.
    let path: String
    /// Where directories go that cannot lie at `path`.
    let elsewhere: String

    /// The directory if it is there, links followed.
    func existing() -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The directory, made if it is not there.
    func prepared(for account: ServerAccount) throws -> String {
        if let existing = existing() { return existing }
        do {
            // A link whose directory someone has removed.
            unlink(path)
            let parent = path.droppingLastComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            guard account.obstacle(onTheWayTo: parent) != nil else {
                return try makeDirectory(path)
            }
            let substitute = try makeDirectory("\(elsewhere)/pgfleet-sandbox-\(geteuid())-\(fingerprint)")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: substitute)
            return substitute
        } catch let error as LocalServerError {
            throw error
        } catch {
            throw LocalServerError(.fileOperation("create the directory", complaint: "\(error)"), directory: path)
        }
    }

    /// Removes the directory and the link to it, if nothing but servers' leavings is in them.
    func remove() throws {
        guard let existing = existing() else { return }
        guard rmdir(existing) == 0 || errno == ENOENT else { return }
        unlink(path)
    }

    /// Names of the servers that lie in the directory, half-made ones included.
    func serverNames() -> [String] {
        guard let existing = existing() else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: existing)) ?? []
        return names.filter { name in
            ["data/PG_VERSION", "data.unfinished"].contains { access("\(existing)/\(name)/\($0)", F_OK) == 0 }
        }.sorted()
    }

    /// Anyone may write to /var/tmp, so what is there already must be ours.
    private func makeDirectory(_ directory: String) throws -> String {
        if mkdir(directory, 0o711) != 0 {
            var status = stat()
            guard errno == EEXIST, lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
                status.st_uid == geteuid()
            else {
                throw LocalServerError(
                    .fileOperation("create the directory", complaint: String(cString: strerror(errno))),
                    directory: directory)
            }
        }
        // Whatever the umask is: servers' accounts pass through.
        chmod(directory, 0o711)
        return directory
    }

    /// FNV-1a of the path: the same checkout finds the same directory again.
    private var fingerprint: String {
        let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}

extension String {
    /// `/a/b` for `/a/b/c`, `/` for `/a`.
    var droppingLastComponent: String {
        guard let slash = lastIndex(of: "/"), slash != startIndex else { return "/" }
        return String(self[..<slash])
    }
}
