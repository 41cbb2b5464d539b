import FoundationEssentials
import Glibc

/// The server programs of one PostgreSQL release on this machine.
public struct PostgresBinaries: Sendable, Hashable {
    /// The directory that holds initdb, pg_ctl, postgres and psql.
    public let directory: String
    /// The release's major version, such as 15.
    public let major: Int

    /// Finds the programs: where `pg_config` points, then Debian's directories with the highest release first, then PATH.
    ///
    /// - Parameter major: take only this release; nil takes the first that is found.
    /// - Throws: `.programsMissing`, whose text names the package to install.
    public static func find(major: Int? = nil) async throws -> PostgresBinaries {
        var candidates: [String] = []
        if let config = search(path: "pg_config") {
            let outcome = try await Program(config, ["--bindir"]).run()
            if outcome.succeeded { candidates.append(outcome.output.trimmingSuffix(while: \.isWhitespace)) }
        }
        candidates += debianDirectories()
        if let initdb = search(path: "initdb"), let real = resolve(initdb) {
            candidates.append(String(real.dropLast("/initdb".count)))
        }
        for directory in candidates where isComplete(directory) {
            let version = try await Program(directory + "/postgres", ["--version"]).run()
            guard version.succeeded, let found = parseMajor(version.output), major == nil || found == major else {
                continue
            }
            return PostgresBinaries(directory: directory, major: found)
        }
        throw LocalServerError(.programsMissing(major: major))
    }

    /// The programs in a directory.
    ///
    /// - Throws: `.programsMissing` where they are not all there.
    public static func at(_ directory: String) async throws -> PostgresBinaries {
        guard isComplete(directory) else { throw LocalServerError(.programsMissing(major: nil), directory: directory) }
        let version = try await Program(directory + "/postgres", ["--version"]).output()
        guard let major = parseMajor(version) else {
            throw LocalServerError(.programsMissing(major: nil), directory: directory)
        }
        return PostgresBinaries(directory: directory, major: major)
    }

    package func path(of program: String) -> String { directory + "/" + program }

    /// Reads 15 out of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, and 17 out of `… 17beta1`.
    static func parseMajor(_ output: String) -> Int? {
        guard let version = output.split(separator: " ").dropFirst(2).first else { return nil }
        return Int(version.prefix(while: \.isNumber))
    }

    private static func isComplete(_ directory: String) -> Bool {
        ["initdb", "pg_ctl", "postgres", "psql"].allSatisfy { access(directory + "/" + $0, X_OK) == 0 }
    }

    private static func debianDirectories() -> [String] {
        let root = "/usr/lib/postgresql"
        let releases = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return releases.compactMap(Int.init).sorted(by: >).map { "\(root)/\($0)/bin" }
    }

    private static func search(path program: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension String {
    func trimmingSuffix(while matches: (Character) -> Bool) -> String {
        var rest = self[...]
        while let last = rest.last, matches(last) { rest.removeLast() }
        return String(rest)
    }
}
