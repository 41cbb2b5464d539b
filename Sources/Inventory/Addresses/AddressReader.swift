import FleetModel

/// What an address of golang-migrate's command line means for pgfleet.
struct AddressReader {
    private(set) var settings: Settings
    private(set) var endpoint = HostEndpoint(host: "", port: 5432)
    private(set) var database = ""
    private(set) var schema: String?
    /// What is worth telling, without a word of the address.
    private(set) var warnings: [String] = []

    private var startOptions: [String] = []
    private var table: String?
    private var isTableQuoted = false

    /// Settings of Go's drivers that are no settings of a connection.
    private static let driverSettings: Set<String> = [
        "binary_parameters", "disable_prepared_binary_result", "krbspn", "default_query_exec_mode",
        "statement_cache_capacity", "statement_cache_mode", "description_cache_capacity", "prefer_simple_protocol",
    ]
    private static let options = [
        "x-migrations-table", "x-migrations-table-quoted", "x-multi-statement", "x-multi-statement-max-size",
        "x-statement-timeout", "x-lock-strategy", "x-lock-table",
    ]

    /// - Parameters:
    ///   - inherited: what holds where the address says nothing.
    ///   - environment: PGHOST, PGPORT, PGUSER, PGDATABASE and PGSSLMODE count as they do for libpq.
    init(
        _ text: String, inherited: Settings, user: String, environment: [String: String]
    ) throws(AddressText.Failure) {
        settings = inherited
        let address = try AddressText(text)
        var values: [String: String] = [:]
        for (key, value) in address.query {
            if key.hasPrefix("x-") { try take(option: key, value) } else { try take(key, value, &values) }
        }
        let variable = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let host = values.removeValue(forKey: "host") ?? address.host ?? variable("PGHOST") ?? "localhost"
        guard !host.contains(",") else {
            throw AddressText.Failure(message: "it names several servers; give each its own --database")
        }
        let port = values.removeValue(forKey: "port") ?? address.port ?? variable("PGPORT") ?? "5432"
        guard let number = Int(port), (1...65_535).contains(number) else {
            throw AddressText.Failure(message: "its port is not a number from 1 to 65535")
        }
        endpoint = HostEndpoint(host: host, port: number)
        values["user"] = values["user"] ?? address.user ?? variable("PGUSER") ?? user
        let path = String(address.path.dropFirst())
        database =
            values.removeValue(forKey: "dbname") ?? (path.isEmpty ? nil : path) ?? variable("PGDATABASE")
            ?? values["user"] ?? user
        // lib/pq takes `require` where nothing is said, pgx and libpq take `prefer`.
        if values["sslmode"] == nil, variable("PGSSLMODE") == nil, ["postgres", "postgresql"].contains(address.scheme) {
            values["sslmode"] = "require"
        }
        if !startOptions.isEmpty {
            values["options"] = ([values["options"]].compactMap { $0 } + startOptions).joined(separator: " ")
        }
        for (keyword, value) in values { settings.keywords[keyword] = SecretText(value) }
        try takePassword(values["password"] ?? address.password)
        if values["sslpassword"] != nil { warnings.append(Self.warning) }
        try nameTable()
    }

    private static let warning =
        "the password in --database can be seen by everyone on this machine and stays in the shell's history; leave it "
        + "out and set PGPASSWORD, write it into ~/.pgpass, or write ${env:NAME} in its place"

    private mutating func takePassword(_ password: String?) throws(AddressText.Failure) {
        guard let password, !password.isEmpty else { return }
        guard password.hasPrefix("${") else {
            settings.keywords["password"] = SecretText(password)
            warnings.append(Self.warning)
            return
        }
        guard password.hasPrefix("${env:"), password.hasSuffix("}") else {
            throw AddressText.Failure(
                message: "a reference in an address is written ${env:NAME}, with nothing after it")
        }
        do {
            settings.keywords["password"] = SecretText(
                parts: try SecretText.parts(of: password, directory: settings.directory),
                place: SourcePlace(file: "--database", line: 1, column: 1, path: "password"))
        } catch {
            throw AddressText.Failure(message: error.message)
        }
    }

    /// One of golang-migrate's own options.
    private mutating func take(option: String, _ value: String) throws(AddressText.Failure) {
        switch option {
        case "x-migrations-table": table = value
        case "x-migrations-table-quoted": isTableQuoted = try Self.flag(value, option)
        case "x-multi-statement": _ = try Self.flag(value, option)
        case "x-multi-statement-max-size", "x-lock-table": break
        case "x-statement-timeout":
            guard let milliseconds = Int64(value), (0...Int64(Int32.max)).contains(milliseconds) else {
                throw AddressText.Failure(message: "x-statement-timeout is a number of milliseconds")
            }
            settings.rules.statementTimeout = StatementTimeout(.milliseconds(milliseconds))
        case "x-lock-strategy":
            guard value == "advisory" else {
                throw AddressText.Failure(
                    message:
                        "x-lock-strategy is `advisory` or nothing: pgfleet takes advisory locks, which end with their "
                        + "session, and knows no lock table")
            }
        default:
            throw AddressText.Failure(
                message: "unknown option \(Printable.key(option))" + Suggestion.ending(for: option, among: Self.options)
            )
        }
    }

    /// A parameter that golang-migrate hands to its driver.
    private mutating func take(
        _ key: String, _ value: String, _ values: inout [String: String]
    ) throws(AddressText.Failure) {
        switch key {
        case "search_path":
            if let name = Self.singleName(value) { schema = name } else { startOptions.append(Self.option(key, value)) }
        case "lock_timeout":
            settings.rules.lockTimeout = LockTimeout(try Self.duration(value, key))
        case "statement_timeout":
            settings.rules.statementTimeout = StatementTimeout(try Self.duration(value, key))
        case "connect_timeout":
            guard let seconds = Int(value), (0...3600).contains(seconds) else {
                throw AddressText.Failure(message: "connect_timeout is a number of seconds")
            }
            if seconds > 0 { settings.connectTimeout = ConnectTimeout(.seconds(seconds)) }
        case "replication":
            throw AddressText.Failure(message: "migrations need an ordinary connection; leave `replication` out")
        case _ where LibPQKeyword.all.contains(key): values[key] = value
        case _ where Self.driverSettings.contains(key): break
        default:
            let isName = key.utf8.allSatisfy { $0 != UInt8(ascii: "-") } && Printable.isName(key)
            guard isName else { throw AddressText.Failure(message: "a parameter's name is not one of a setting") }
            startOptions.append(Self.option(key, value))
        }
    }

    private mutating func nameTable() throws(AddressText.Failure) {
        if let table, !table.isEmpty {
            settings.versionTable = VersionTableSetting(text: table, isQuoted: isTableQuoted)
        } else if isTableQuoted {
            throw AddressText.Failure(message: "x-migrations-table-quoted belongs to x-migrations-table")
        }
        do throws(VersionTableSetting.Failure) {
            let names = try settings.versionTable?.parts()
            settings.rules.versionTable = names?.table ?? settings.rules.layout.versionTable
            settings.rules.versionTableSchema = names?.schema
        } catch {
            throw AddressText.Failure(message: "x-migrations-table: \(error.message)")
        }
    }
}

extension AddressReader {
    /// As Go's `strconv.ParseBool`.
    private static func flag(_ value: String, _ name: String) throws(AddressText.Failure) -> Bool {
        switch value {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default: throw AddressText.Failure(message: "\(name) is true or false")
        }
    }

    /// The schema, where a search path is one plain name; PostgreSQL folds what stands in no quotes.
    private static func singleName(_ path: String) -> String? {
        var text = path[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 2 {
            let inner = text.dropFirst().dropLast().replacing("\"\"", with: "\u{0}")
            return inner.contains("\"") ? nil : String(inner.replacing("\u{0}", with: "\""))
        }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "$"
        }
        guard isPlain, let first = text.first, first != "$", !first.isNumber else { return nil }
        return String(text.map { $0.isASCII ? Character($0.lowercased()) : $0 })
    }

    /// For `options`, in which a space ends an argument.
    private static func option(_ name: String, _ value: String) -> String {
        "-c \(name)=" + value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }

    /// As PostgreSQL reads a time setting: milliseconds where there is no unit.
    private static func duration(_ text: String, _ name: String) throws(AddressText.Failure) -> Duration {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000] as [String: Int64]
        let unit = text.dropFirst(digits.count).filter { $0 != " " }
        guard digits.count <= 10, let number = Int64(digits), let factor = units[unit],
            number * factor <= Int64(Int32.max)
        else { throw AddressText.Failure(message: "\(name) is a time like 500ms, 2s or 15min") }
        return .milliseconds(number * factor)
    }
}
