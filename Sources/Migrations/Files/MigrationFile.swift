internal import Crypto
public import FleetModel
public import SQL
internal import Synchronization

/// One file of a migration: its bytes as they were when the directory was read.
public final class MigrationFile: Sendable {
    /// The version that the name begins with.
    public let version: Version
    /// The version as it stands in the name, with leading zeros.
    public let versionText: String
    /// The title in the name; may be empty.
    public let title: String
    /// Whether it applies or reverts the version.
    public let direction: Direction
    /// The path, beginning with the directory as the user gave it.
    public let path: String
    /// SHA-256 of what is run of the file, as lower-case hex.
    public let checksum: String
    /// Whether the tool's own mark asks for no transaction.
    let isTransactionOff: Bool
    /// CRC-32 over the lines without their ends, as Flyway records it; nil for the other tools' files.
    let lineChecksum: Int32?

    private let content: Mutex<Content>

    private enum Content: Sendable {
        case bytes([UInt8])
        case script(Result<Script, SQLError>)
    }

    /// - Parameters:
    ///   - checksum: of all the bytes.
    ///   - section: the part of `bytes` that is run.
    init(
        version: Version, versionText: String, title: String, direction: Direction, path: String, bytes: [UInt8],
        checksum: String, section: FileSection, lineChecksum: Int32?
    ) {
        self.version = version
        self.versionText = versionText
        self.title = title
        self.direction = direction
        self.path = path
        self.lineChecksum = lineChecksum
        isTransactionOff = section.isTransactionOff
        let isWhole = section.range == 0..<bytes.count
        self.checksum = isWhole ? checksum : SHA256.hash(data: bytes[section.range]).hex
        // Line breaks stand for the lines before the part, so that lines are counted as in the file on disk.
        let lines = bytes[..<section.range.lowerBound].count { $0 == UInt8(ascii: "\n") }
        content = Mutex(
            .bytes(isWhole ? bytes : Array(repeating: UInt8(ascii: "\n"), count: lines) + bytes[section.range]))
    }

    /// The last part of the path.
    public var name: String { path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path }

    /// The statements. Read at the first call and kept, so a file is parsed once however many targets it goes to.
    public func script() throws(SQLError) -> Script {
        let script = content.withLock { content in
            switch content {
            case .script(let script):
                return script
            case .bytes(let bytes):
                let script = Result { () throws(SQLError) in try Script(bytes, runsInTransaction: !isTransactionOff)
                }
                content = .script(script)
                return script
            }
        }
        return try script.get()
    }

    /// The script, if pgfleet can run it.
    /// - Throws: also for what `Script.obstacle` names, and for a text that PostgreSQL 15's grammar cannot read and that
    ///   may begin or end a transaction: whether such a file would be applied wholly or not at all cannot be told.
    public func runnableScript() throws(SQLError) -> Script {
        let script = try script()
        if let obstacle = script.obstacle { throw obstacle }
        // What the grammar cannot divide into statements cannot be run statement by statement.
        if script.transactions == .unknown || asksForNoTransaction(script), let refusal = script.refusal {
            throw refusal
        }
        return script
    }

    /// Whether all of it runs in one transaction, together with its version row.
    func isTransactional(_ script: Script) -> Bool { script.transactions == .one && !asksForNoTransaction(script) }

    private func asksForNoTransaction(_ script: Script) -> Bool {
        isTransactionOff || script.directives.transaction == false
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal digits.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
