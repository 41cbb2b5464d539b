public import FleetModel
internal import FoundationEssentials
internal import Glibc

/// Writes the two empty files of a new migration.
public struct NewMigration: Sendable, Hashable {
    /// How its version is chosen.
    public enum Numbering: Sendable, Hashable {
        /// The time, written by a layout of digits in the words of Go's `time` package; golang-migrate's own is
        /// `20060102150405`.
        case time(layout: String)
        /// Seconds since 1970.
        case unix
        /// Nanoseconds since 1970.
        case unixNano
        /// One more than the largest version in the directory, with leading zeros up to so many digits.
        case sequence(digits: Int)
    }

    /// Goes into both names.
    public let title: String
    /// Created when it is missing.
    public let directory: String
    /// How its version is chosen.
    public let numbering: Numbering
    /// Whose files are to be written.
    public let layout: Layout
    /// Without the dot; only golang-migrate lets it be chosen.
    public let fileExtension: String
    /// How far the clock of a layout is ahead of UTC, in seconds.
    public let secondsFromUTC: Int

    /// The layout that golang-migrate takes by itself.
    public static let standardLayout = "20060102150405"

    /// Describes a new migration; nothing is written.
    public init(
        title: String, directory: String, numbering: Numbering = .time(layout: Self.standardLayout),
        layout: Layout = .golangMigrate, fileExtension: String = "sql", secondsFromUTC: Int = 0
    ) {
        self.title = title
        self.directory = directory
        self.numbering = numbering
        self.layout = layout
        self.fileExtension = fileExtension
        self.secondsFromUTC = secondsFromUTC
    }

    /// Writes the files, with nothing in them but the tool's marks, and returns their paths, up first. Never writes over
    /// a file.
    public func write(secondsSince1970 now: Int? = nil) throws(MigrationsError) -> [String] {
        let forbidden = title.unicodeScalars.contains { $0 == "/" || $0.value < 0x20 || $0.value == 0x7F }
        guard !title.isEmpty, !forbidden, !title.contains(".up."), !title.contains(".down.") else {
            throw MigrationsError(reason: .unusableTitle(title), directory: directory)
        }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw MigrationsError(
                reason: .unwritable(file: directory, why: "not a directory that can be made"), directory: directory)
        }
        let place = Directory(path: directory)
        var names: [Version: String] = [:]
        for name in try place.fileNames() {
            guard case .migration(let digits, _, _) = layout.files.reading(of: name),
                let version = Version(text: digits)
            else { continue }
            names[version] = name
        }
        let digits = try newVersion(after: names.keys.max(), now: now ?? time(nil))
        if let version = Version(text: digits), let file = names[version] {
            throw MigrationsError(reason: .versionExists(version, file: file), directory: directory)
        }
        // Versions of another length are written by another rule.
        let alike = names.keys.filter { "\($0)".count == digits.count }
        if case .time = numbering, let newest = alike.max(), let version = Version(text: digits), version < newest {
            throw MigrationsError(reason: .clockBehind(version: digits, newest: newest), directory: directory)
        }
        var paths: [String] = []
        for (name, text) in contents(digits) {
            let path = place.path(of: name)
            try create(path, text)
            paths.append(path)
        }
        return paths
    }

    private func contents(_ digits: String) -> [(name: String, text: String)] {
        switch layout {
        case .golangMigrate:
            Direction.allCases.map { ("\(digits)_\(title).\($0.rawValue).\(fileExtension)", "") }
        case .dbmate: [("\(digits)_\(title).sql", "-- migrate:up\n\n\n-- migrate:down\n\n")]
        case .goose: [("\(digits)_\(title).sql", "-- +goose Up\n\n\n-- +goose Down\n\n")]
        case .flyway: [("V\(digits)__\(title).sql", ""), ("U\(digits)__\(title).sql", "")]
        }
    }

    private func newVersion(after newest: Version?, now: Int) throws(MigrationsError) -> String {
        switch numbering {
        case .time(let layout):
            var seconds = now + secondsFromUTC
            var parts = tm()
            gmtime_r(&seconds, &parts)
            return try text(of: parts, by: layout)
        case .unix:
            return String(now)
        case .unixNano:
            var clock = timespec()
            clock_gettime(CLOCK_REALTIME, &clock)
            return String(now) + Self.padded(String(clock.tv_nsec), to: 9)
        case .sequence(let digits):
            let next = (newest?.number ?? 0) + 1
            let text = String(next)
            guard text.count <= digits else {
                throw MigrationsError(reason: .tooFewDigits(next: next, digits: digits), directory: directory)
            }
            return Self.padded(text, to: digits)
        }
    }

    /// Go writes a layout as the time 2006-01-02 15:04:05; a version has room for those words and nothing else.
    private func text(of time: tm, by layout: String) throws(MigrationsError) -> String {
        let words: [(word: String, value: Int32)] = [
            ("2006", time.tm_year + 1900), ("01", time.tm_mon + 1), ("02", time.tm_mday), ("15", time.tm_hour),
            ("04", time.tm_min), ("05", time.tm_sec), ("06", (time.tm_year + 1900) % 100),
        ]
        var text = ""
        var rest = layout[...]
        while !rest.isEmpty {
            guard let (word, value) = words.first(where: { rest.hasPrefix($0.word) }) else {
                throw MigrationsError(reason: .unusableLayout(layout), directory: directory)
            }
            text += Self.padded(String(value), to: word.count)
            rest = rest.dropFirst(word.count)
        }
        guard !text.isEmpty else { throw MigrationsError(reason: .unusableLayout(layout), directory: directory) }
        return text
    }

    private static func padded(_ digits: String, to width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private func create(_ path: String, _ text: String) throws(MigrationsError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let why = String(cString: strerror(errno))
            throw MigrationsError(reason: .unwritable(file: path, why: why), directory: directory)
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            let why = String(cString: strerror(errno))
            throw MigrationsError(reason: .unwritable(file: path, why: why), directory: directory)
        }
    }
}
