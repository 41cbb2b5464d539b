import Dispatch
import Foundation
import GRDB

/// Where journals live: one SQLite file in WAL mode, shared by the pgfleet processes of one machine.
///
/// A commit is on the disk before it is reported (`synchronous = FULL`), since a rollout starts an action only after
/// its announcement is durable. Source: SQLite manual, "PRAGMA synchronous" and "Write-Ahead Logging".
public final class Store: Sendable {
    /// The store's file.
    public let path: String
    let database: DatabaseQueue
    /// Which file it was when it was opened.
    private let file: FileIdentity?

    private init(path: String, database: DatabaseQueue) {
        self.path = path
        self.database = database
        file = FileIdentity(path: path)
    }

    /// Opens the store, makes it and its directory when they are missing, and brings its tables up to date.
    ///
    /// - Throws: `cannotOpen`, `readOnly`, `full`, `locked`, `damaged`, `newerFormat`.
    public static func open(path: String) async throws(StoreError) -> Store {
        try await offPool(path: path) {
            let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw StoreError(.cannotOpen, path: path, underlying: "\(directory) cannot be made")
            }
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(10)
            configuration.label = "pgfleet.store"
            let database = try DatabaseQueue(path: path, configuration: configuration)
            // Here and not while the connection is prepared: switching to WAL, GRDB sets NORMAL after that.
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = StoreTables.migrator
            let isNewer = try amongOthers(tries: migrator.migrations.count) {
                try database.read { try migrator.hasBeenSuperseded($0) }
            }
            if isNewer { throw StoreError(.newerFormat, path: path) }
            try amongOthers(tries: migrator.migrations.count) { try migrator.migrate(database) }
            return Store(path: path, database: database)
        }
    }

    /// Each step of a format is a transaction, but which steps are missing is read before: another process that opens the
    /// store at the same time may be a step ahead, and then the step fails and is looked for again.
    private static func amongOthers<Value>(tries: Int, _ body: () throws -> Value) throws -> Value {
        for _ in 0..<tries {
            do {
                return try body()
            } catch let error as DatabaseError
                where [.SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_BUSY].contains(error.resultCode)
            {
                continue
            }
        }
        return try body()
    }

    /// Opens a store that may not exist; `nil` when it does not, so that a read never makes one.
    public static func openIfPresent(path: String) async throws(StoreError) -> Store? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try await open(path: path)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do { return try await database.read(body) } catch { throw StoreError(error, path: path) }
    }

    /// - Throws: also `gone`: in WAL mode SQLite writes on into a file that has lost its name, where nobody would find it.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let (path, file) = (path, file)
        do {
            return try await database.write { database in
                // Here, where waiting for the disk holds no thread of the pool.
                guard FileIdentity(path: path) == file else { throw StoreError(.gone, path: path) }
                return try body(database)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func offPool<Value: Sendable>(
        path: String, _ body: @escaping @Sendable () throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: Result { try body() }) }
        }
        do { return try result.get() } catch { throw StoreError(error, path: path) }
    }
}

/// Tells a file from another one that has its name.
private struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let number: UInt64

    /// Nil where there is none.
    init?(path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        (device, number) = (UInt64(found.st_dev), UInt64(found.st_ino))
    }
}
