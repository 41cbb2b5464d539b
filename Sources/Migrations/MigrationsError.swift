public import FleetModel
public import SQL

/// Why a directory of migrations cannot be used, or a way through it does not exist. Found before anything is connected.
public struct MigrationsError: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Reason: Sendable, Hashable {
        /// There is no such directory.
        case directoryMissing
        /// The directory or one of its files cannot be read.
        case unreadable(file: String, why: String)
        /// No file in it has the name of a migration.
        case empty(Layout)
        /// Two files are the same version in the same direction.
        case duplicate(version: Version, direction: Direction, first: String, second: String)
        /// A version above 2^63 - 1, which the version table cannot hold.
        case versionTooLarge(file: String)
        /// A version that no file has.
        case unknownVersion(Version, newest: Version?)
        /// A file that is not as its tool wants it, or that pgfleet cannot take over from the tool.
        case refused(file: String, TextPlace?, why: String)
        /// A file that pgfleet cannot run.
        case unrunnable(file: String, SQLError)
        /// A new migration cannot get this title.
        case unusableTitle(String)
        /// A new migration's version cannot be a time by this layout.
        case unusableLayout(String)
        /// A new migration's version exists already.
        case versionExists(Version, file: String)
        /// The clock gives a version below one that is there, and a target that has that one would pass the new one over.
        case clockBehind(version: String, newest: Version)
        /// The next number of a sequence has more digits than it may have.
        case tooFewDigits(next: UInt64, digits: Int)
        /// A new file cannot be written.
        case unwritable(file: String, why: String)
    }

    /// What is wrong.
    public let reason: Reason
    /// The directory, as the user gave it.
    public let directory: String

    /// Makes an error.
    public init(reason: Reason, directory: String) {
        self.reason = reason
        self.directory = directory
    }
}

extension MigrationsError: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .directoryMissing:
            "\(directory): no such directory. Make it, or name another one as 'migrations' in fleet.yaml"
        case .unreadable(let file, let why):
            "\(file): cannot be read: \(why)"
        case .empty(let layout):
            "\(directory): no migration in it. Its files are named \(layout.fileNames); "
                + "write the first with: pgfleet migrate create TITLE"
        case .duplicate(let version, let direction, let first, let second):
            "\(directory): version \(version) has two \(direction.rawValue) files: \(first) and \(second). "
                + "Rename or remove one of them"
        case .versionTooLarge(let file):
            "\(file): its version is above 9223372036854775807, the largest that a version table can hold. Rename it"
        case .unknownVersion(let version, let newest):
            "\(directory): no migration has version \(version)"
                + (newest.map { "; the newest here is \($0)" } ?? "") + ". Are these files older than the database?"
        case .refused(let file, let place, let why):
            file + (place.map { ":\($0.line):\($0.column)" } ?? "") + ": \(why)"
        case .unrunnable(let file, let error):
            "\(file):\(error.place.line):\(error.place.column): \(error.reason)"
        case .unusableTitle(let title):
            "'\(title)' cannot be a title: use letters, digits, '_' and '-'"
        case .unusableLayout(let layout):
            "'\(layout)' is no layout for a version: put together 2006, 06, 01, 02, 15, 04 and 05 (year, month, day, hour, "
                + "minute, second) without anything between them"
        case .versionExists(let version, let file):
            "\(directory): version \(version) exists already: \(file)"
        case .clockBehind(let version, let newest):
            "\(directory): the clock says \(version), which lies below the newest version, \(newest); databases on that one "
                + "would pass the new one over. Set the clock right, or number it one above the newest: --seq --digits 14"
        case .tooFewDigits(let next, let digits):
            "\(directory): the next number, \(next), has more than \(digits) digits. Allow more with --digits"
        case .unwritable(let file, let why):
            "\(file): cannot be written: \(why)"
        }
    }
}

extension Layout {
    /// How its migrations' files are named, for sentences.
    var fileNames: String {
        switch self {
        case .golangMigrate: "VERSION_TITLE.up.sql and VERSION_TITLE.down.sql"
        case .dbmate, .goose: "VERSION_TITLE.sql"
        case .flyway: "VVERSION__TITLE.sql and UVERSION__TITLE.sql"
        }
    }
}
