public import FleetModel
import Foundation

extension Fleet {
    /// Reads and checks a `fleet.yaml`; paths in it are relative to its folder. No secret is looked up.
    ///
    /// - Parameter today: by which `skip_until` is judged; the day in UTC.
    /// - Throws: `InventoryError` with everything that is wrong in the file, or why it cannot be read.
    public static func load(_ file: String, today: CalendarDay = .today) async throws(InventoryError) -> Fleet {
        let limits = YAMLLimits()
        let path = FilePaths.absolute(file, in: FileReading.currentDirectory)
        let start = SourcePlace(file: file, line: 1, column: 1)
        switch await FileReading.bytes(of: path, limit: limits.bytes) {
        case .success(let bytes):
            return try FleetLoader.load(
                bytes, file: file, directory: FilePaths.directory(of: path), today: today, limits: limits)
        case .failure(.larger):
            let message = "the file is larger than \(limits.bytes >> 20) MiB"
            throw InventoryError([InventoryProblem(kind: .limit, place: start, message: message)])
        case .failure(.notRegular):
            throw InventoryError([InventoryProblem(kind: .unreadable, place: start, message: "not a regular file")])
        case .failure(.system(let why)):
            let message = "cannot be read: \(why); name another file with --config"
            throw InventoryError([InventoryProblem(kind: .unreadable, place: start, message: message)])
        }
    }

    /// Checks text that is not in a file, as if it were in `file`.
    ///
    /// - Throws: `InventoryError` with everything that is wrong.
    public init(
        yaml: String, file: String = "/fleet.yaml", today: CalendarDay = .today
    ) throws(InventoryError) {
        self = try Self.load(Array(yaml.utf8), file: file, today: today)
    }

    static func load(
        _ bytes: [UInt8], file: String, today: CalendarDay = .today
    ) throws(InventoryError) -> Fleet {
        let path = FilePaths.absolute(file, in: FileReading.currentDirectory)
        return try FleetLoader.load(bytes, file: file, directory: FilePaths.directory(of: path), today: today)
    }
}

extension CalendarDay {
    /// The day that it is now in UTC.
    public static var today: CalendarDay {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day], from: .now)
        return CalendarDay(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
    }
}
