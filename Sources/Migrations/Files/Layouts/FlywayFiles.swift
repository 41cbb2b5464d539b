internal import FleetModel
internal import SQL

/// Flyway's files: `VVERSION__TITLE.sql` and, to revert it, `UVERSION__TITLE.sql`.
///
/// A version is one number here; Flyway's `1.2` is refused, and so is what Flyway runs besides versions: repeatable
/// migrations, baselines, callbacks, placeholders.
/// - Source: Flyway 10 and 11, `ResourceNameParser`, `MigrationVersion`; its manual's page "Script Configuration".
struct FlywayFiles: FileLayout {
    func reading(of name: String) -> FileReading {
        let stray = FileReading.notAMigration(name, form: "VVERSION__TITLE.sql")
        guard name.hasSuffix(".sql") else { return stray }
        let stem = name.dropLast(".sql".count)
        if stem.hasPrefix("R__") {
            return .refused("a repeatable migration, which has no version and no way back; make it a versioned one")
        }
        if stem.hasPrefix("before") || stem.hasPrefix("after") {
            return .refused("a callback of Flyway, which pgfleet does not run; put its SQL into the migrations")
        }
        guard let separator = stem.utf8.firstRange(of: "__".utf8), let letter = stem.first else { return stray }
        let version = stem[..<separator.lowerBound].dropFirst()
        let title = String(stem[separator.upperBound...])
        guard !version.isEmpty, version.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }) else {
            return stray
        }
        switch letter {
        case "V", "U":
            guard version.allSatisfy(\.isNumber) else {
                return .refused("the version \(version) has parts; pgfleet's versions are one number. Rename it")
            }
            return .migration(digits: String(version), title: title, direction: letter == "V" ? .up : .down)
        case "B": return .refused("a baseline migration, which stands for many others; pgfleet runs each by itself")
        default: return stray
        }
    }

    func settingsName(for name: String) -> String? { name + ".conf" }

    func sections(
        of bytes: [UInt8], direction: Direction?, settings: [UInt8]?
    ) throws(FileRefusal) -> [FileSection] {
        guard let direction else { return [] }
        var section = FileSection(direction: direction, range: 0..<bytes.count)
        var replaces = true
        for line in String(decoding: settings ?? [], as: UTF8.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            switch (parts.first, parts.last) {
            case ("executeInTransaction", "false"): section.isTransactionOff = true
            case ("executeInTransaction", "true"): section.isTransactionOff = false
            case ("placeholderReplacement", "false"): replaces = false
            case (let key?, _) where !key.hasPrefix("#"):
                throw FileRefusal("its .conf file sets '\(key.harmless)', which pgfleet does not know")
            default: break
            }
        }
        if replaces, let place = Self.placeholder(in: bytes) {
            throw FileRefusal(
                "a placeholder of Flyway, ${…}, which pgfleet does not replace; write what it stands for, or set "
                    + "placeholderReplacement=false in a .conf file beside it", at: place)
        }
        return [section]
    }

    /// Where the first `${name}` begins.
    private static func placeholder(in bytes: [UInt8]) -> TextPlace? {
        var rest = bytes[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            rest = bytes[(dollar + 1)...]
            guard rest.first == UInt8(ascii: "{") else { continue }
            let name = rest.dropFirst().prefix { isOfName($0) }
            guard !name.isEmpty, name.endIndex < bytes.endIndex, bytes[name.endIndex] == UInt8(ascii: "}") else {
                continue
            }
            let lineStart = bytes[..<dollar].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let column = String(decoding: bytes[lineStart..<dollar], as: UTF8.self).unicodeScalars.count + 1
            return TextPlace(line: bytes[..<dollar].count { $0 == UInt8(ascii: "\n") } + 1, column: column)
        }
        return nil
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte > UInt8(ascii: " ") && byte != UInt8(ascii: "}") && byte != UInt8(ascii: "{")
    }
}
