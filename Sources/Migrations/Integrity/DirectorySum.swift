internal import Crypto
internal import FleetModel
internal import FoundationEssentials

/// The SHA-256 of one file, as lower-case hex.
public struct FileSum: Sendable, Hashable {
    /// Without the directory.
    public let name: String
    /// Of all its bytes.
    public let checksum: String
}

/// What `pgfleet.sum` says: the checksum of each file of the migrations, and one over all of them.
///
/// The lines are as `sha256sum` writes and checks them. The first has the checksum over all, so that two branches which both
/// change the migrations change it in two ways: merging them is a conflict, and somebody looks at the order.
public struct DirectorySum: Sendable, Hashable {
    /// The name of the file, in the directory of the migrations.
    public static let fileName = "pgfleet.sum"

    /// In the order of their names.
    public let files: [FileSum]
    /// The checksum over all as the text had it; nil where it was not read.
    private let recorded: String?

    /// The sum of the migrations as they are.
    public init(_ set: MigrationSet) {
        files = set.sums
        recorded = nil
    }

    private static let title = "# pgfleet.sum 1 "

    /// Reads the text of the file; `nil` where it is none.
    init?(text: String) {
        var lines = text.split(whereSeparator: \.isNewline)
        guard let first = lines.first, first.hasPrefix(Self.title) else { return nil }
        recorded = String(first.dropFirst(Self.title.count))
        lines.removeFirst()
        var files: [FileSum] = []
        for line in lines {
            let checksum = line.prefix(64)
            guard checksum.count == 64, checksum.allSatisfy(\.isHexDigit), line.dropFirst(64).hasPrefix("  ") else {
                return nil
            }
            files.append(FileSum(name: String(line.dropFirst(66)), checksum: String(checksum)))
        }
        self.files = files
    }

    /// The checksum over all: of each name and each checksum.
    public var total: String {
        SHA256.hash(data: files.flatMap { Array("\($0.name)\u{0}\($0.checksum)\n".utf8) }).hex
    }

    /// As it is written.
    public var text: String {
        "\(Self.title)\(total)\n" + files.map { "\($0.checksum)  \($0.name)\n" }.joined()
    }

    /// Writes the file, in place of one that is there.
    /// - Returns: its path, and whether it says something else than before.
    public func write(to directory: String) throws(MigrationsError) -> (path: String, isNew: Bool) {
        let path = Directory(path: directory).path(of: Self.fileName)
        let data = Data(text.utf8)
        do {
            let before = try? Data(contentsOf: URL(filePath: path))
            if before != data { try data.write(to: URL(filePath: path), options: .atomic) }
            return (path, before != data)
        } catch {
            throw MigrationsError(reason: .unwritable(file: path, why: "\(error)"), directory: directory)
        }
    }

    /// What is not as it was when this was written, each file by name.
    func changes(to files: [FileSum]) -> [(file: String?, message: String)] {
        var changes: [(file: String?, message: String)] = []
        let before = Dictionary(self.files.map { ($0.name, $0.checksum) }) { first, _ in first }
        let now = Dictionary(files.map { ($0.name, $0.checksum) }) { first, _ in first }
        var added = files.filter { before[$0.name] == nil }
        for file in self.files {
            guard let checksum = now[file.name] else {
                if let index = added.firstIndex(where: { $0.checksum == file.checksum }) {
                    changes.append((added.remove(at: index).name, "was called \(file.name.harmless)"))
                } else {
                    changes.append((file.name, "is not there any more"))
                }
                continue
            }
            if checksum != file.checksum { changes.append((file.name, "was edited")) }
        }
        changes += added.map { ($0.name, "was added") }
        if changes.isEmpty, recorded != total {
            changes.append((nil, "its first line does not fit the others; it was edited, or merged by hand"))
        }
        return changes
    }
}
