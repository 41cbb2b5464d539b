import FoundationEssentials
import Migrations

/// A directory of files that is removed afterwards.
func withFiles<Value>(_ files: [String: String], _ body: (String) async throws -> Value) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appending(path: "pgfleet-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, text) in files {
        try Data(text.utf8).write(to: directory.appending(path: name))
    }
    return try await body(directory.path())
}

/// The migrations in a directory of files.
func set(of files: [String: String]) async throws -> MigrationSet {
    try await withFiles(files) { try MigrationSet.load(directory: $0) }
}
