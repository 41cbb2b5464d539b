internal import Crypto
internal import FoundationEssentials

/// What `atlas.sum` says, the file by which Atlas guards a directory of migrations.
///
/// One SHA-256 goes over all files and is never started anew: before a file's line it has taken in the name and the bytes of
/// that file and of all before it. The first line is the SHA-256 over the names and sums of the lines.
/// - Source: Atlas, `sql/migrate/dir.go`: `NewHashFile`, `HashFile.Sum`, `MarshalText`.
struct AtlasSum {
    static let fileName = "atlas.sum"

    private let total: Substring
    private let lines: [(name: String, sum: Substring)]

    /// Reads the text of the file; `nil` where it is none.
    init?(text: String) {
        var rows = text.split(whereSeparator: \.isNewline)[...]
        guard let first = rows.popFirst(), first.hasPrefix("h1:") else { return nil }
        total = first.dropFirst(3)
        var lines: [(name: String, sum: Substring)] = []
        for row in rows {
            guard let mark = row.firstRange(of: " h1:") else { return nil }
            lines.append((String(row[..<mark.lowerBound]), row[mark.upperBound...]))
        }
        self.lines = lines
    }

    /// What is not as it was when this was written. After an edited file nothing can be said of those behind it.
    /// - Parameter files: the directory's files that end with `.sql`, in the order of their names.
    func changes(
        to files: [String], _ bytes: (String) throws(MigrationsError) -> [UInt8]
    ) throws(MigrationsError) -> [(file: String?, message: String)] {
        // For golang-migrate's files Atlas lists the ups alone, in some of its versions.
        let listsDowns = lines.contains { $0.name.hasSuffix(".down.sql") }
        let files = files.filter { listsDowns || !$0.hasSuffix(".down.sql") }
        let isThere = Set(files)
        let listed = Set(lines.map(\.name))
        var changes: [(file: String?, message: String)] = lines.filter { !isThere.contains($0.name) }
            .map { ($0.name, "is not there any more") }
        var running = SHA256()
        var sums = lines[...]
        for name in files {
            running.update(data: Array(name.utf8))
            let content = try bytes(name)
            if Self.isIgnored(content) { continue }
            guard listed.contains(name) else {
                changes.append((name, "was added"))
                continue
            }
            running.update(data: content)
            while let next = sums.first, next.name != name, !isThere.contains(next.name) { sums.removeFirst() }
            guard let line = sums.popFirst(), line.name == name else {
                changes.append((name, "is not in its place"))
                break
            }
            guard changes.isEmpty else { continue }
            if Data(running.finalize()).base64EncodedString() != line.sum { changes.append((name, "was edited")) }
        }
        if changes.isEmpty, Self.total(of: lines) != total {
            changes.append((nil, "its first line does not fit the others; it was edited, or merged by hand"))
        }
        return changes
    }

    private static func total(of lines: [(name: String, sum: Substring)]) -> String {
        var hash = SHA256()
        for line in lines { hash.update(data: Array((line.name + line.sum).utf8)) }
        return Data(hash.finalize()).base64EncodedString()
    }

    /// A file may say that only its name counts.
    private static func isIgnored(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("--") || line.hasPrefix("#") else { return false }
            let words = line.drop { $0 == "-" || $0 == "#" }.split(separator: " ")
            if words == ["atlas:sum", "ignore"] { return true }
        }
        return false
    }
}
