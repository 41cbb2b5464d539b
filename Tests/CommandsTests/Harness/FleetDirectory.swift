import FoundationEssentials
import Glibc
import Synchronization
import TestSupport

private let runs = Atomic<Int>(0)

/// A directory with an inventory, migrations and a store of its own, in which the program is run.
struct FleetDirectory: Sendable {
    let path: String

    /// Writes a file of the directory, and the folders on its way.
    func write(_ file: String, _ text: String) throws {
        let url = URL(filePath: "\(path)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// The text of a file of the directory.
    func read(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(file)")), as: UTF8.self)
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(file)") }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }

    /// Every byte of the store, whichever of its files they are in.
    func storeBytes() throws -> String {
        let folder = path + "/.pgfleet"
        return try FileManager.default.contentsOfDirectory(atPath: folder).map { file in
            String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(file)")), as: UTF8.self)
        }.joined()
    }

    /// Writes `fleet.yaml` and the files of `migrations`.
    func write(_ fleet: FleetText, _ migrations: [String: String]) throws {
        try write("fleet.yaml", fleet.yaml)
        for (file, text) in migrations { try write("migrations/\(file)", text) }
    }

    /// Starts the program here.
    func start(_ arguments: String..., environment: [String: String] = [:]) throws -> RunningTool {
        try start(arguments, environment)
    }

    /// Runs the program here to its end.
    func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> ToolResult {
        try await start(arguments, environment).wait()
    }

    /// Runs the program here to its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> ToolResult {
        try await start(arguments, environment).wait()
    }

    /// Runs the program with `--output json`.
    func json(_ arguments: String...) async throws -> JSON {
        try await start(arguments + ["--output", "json"], [:]).wait().document()
    }

    /// Runs the program at a terminal on which the answer was typed already.
    func answer(_ answer: String, to arguments: [String]) async throws -> ToolResult {
        let number = runs.add(1, ordering: .relaxed).newValue
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        var (unlocked, place): (Int32, Int32) = (0, 0)
        // TIOCSPTLCK and TIOCGPTN, which the overlay does not have.
        guard ioctl(terminal, 0x4004_5431, &unlocked) == 0, ioctl(terminal, 0x8004_5430, &place) == 0 else {
            throw ToolError("no terminal is to be had")
        }
        let line = Array((answer + "\n").utf8)
        guard Glibc.write(terminal, line, line.count) == line.count else { throw ToolError("the answer is not typed") }
        return try await Tool.start(
            arguments, in: path, output: "\(path)/run-\(number)", environment: [:], terminal: "/dev/pts/\(place)"
        ).wait()
    }

    private func start(_ arguments: [String], _ environment: [String: String]) throws -> RunningTool {
        let number = runs.add(1, ordering: .relaxed).newValue
        return try Tool.start(arguments, in: path, output: "\(path)/run-\(number)", environment: environment)
    }

    /// What `status` says of each database: `current`, `behind`, `dirty`, …
    func states() async throws -> [String: String] {
        let rows = try await json("status")["targets"].elements
        return Dictionary(rows.map { ($0["database"].string ?? "", $0["state"].string ?? "") }) { $0 + "," + $1 }
    }

    /// The account that the last rollout's journal gives of each database.
    func accounts() async throws -> [String: String] {
        let rows = try await json("rollout", "show")["targets"].elements
        return Dictionary(
            rows.map { row in
                let name = row["target"].string?.split(separator: "/").last.map(String.init) ?? ""
                return (name, row["account"].string ?? "")
            }
        ) { $0 + "," + $1 }
    }
}

/// Lends a directory for a fleet.
func withFleet<Value>(_ body: (FleetDirectory) async throws -> Value) async throws -> Value {
    try await withTemporaryDirectory { try await body(FleetDirectory(path: $0)) }
}

/// Lends a directory and as many empty databases of the shared server, all of which are the environment `production`.
func withFleet<Value>(
    of count: Int, _ migrations: [String: String], rules: [String] = [], defaults: [String] = [],
    _ body: (FleetDirectory, [TestDatabase]) async throws -> Value
) async throws -> Value {
    try await withDatabases(count) { databases in
        try await withFleet { fleet in
            var text = FleetText(production: databases, rules: rules)
            text.defaults += defaults
            try fleet.write(text, migrations)
            return try await body(fleet, databases)
        }
    }
}
