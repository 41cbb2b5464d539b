internal import FleetModel
internal import SQL

/// How one migration tool names its files, and what stands in them.
protocol FileLayout: Sendable {
    /// What a file's name says about it.
    func reading(of name: String) -> FileReading

    /// The parts of a migration's file that are run, at most one for each direction.
    /// - Parameters:
    ///   - name: of the file, for `direction`, which is set where the name alone tells it.
    ///   - settings: the bytes of the file beside it that says how it is run, where the tool knows such a file.
    func sections(
        of bytes: [UInt8], direction: Direction?, settings: [UInt8]?
    ) throws(FileRefusal) -> [FileSection]

    /// The name of the file that says how another one is run.
    func settingsName(for name: String) -> String?

    /// Why the tool would run these migrations in another order than by their numbers.
    func disorder(among migrations: [Migration]) -> FileRefusal?
}

extension FileLayout {
    func settingsName(for name: String) -> String? { nil }
    func disorder(among migrations: [Migration]) -> FileRefusal? { nil }
}

/// What a file's name says about it.
enum FileReading {
    /// It is a migration's; without a direction it holds both.
    case migration(digits: String, title: String, direction: Direction?)
    /// It is no migration: a query that a version's target must answer with true once the version is in.
    case verification(digits: String)
    /// It is something that the operator should know of.
    case finding(Finding.Kind, String)
    /// It is a part of the migrations that pgfleet cannot run, and without which the rest is not the same.
    case refused(String)
    /// It is none of the migrations' business.
    case other
}

extension FileReading {
    /// Of a file whose name is not a migration's: worth telling where it looks like SQL, since it never runs.
    ///
    /// - Parameter form: how it would have to be called.
    static func notAMigration(_ name: String, form: String) -> FileReading {
        guard name.lowercased().hasSuffix(".sql") else { return .other }
        return .finding(.strayFile, "not the name of a migration, so it never runs. Name it \(form), or move it")
    }
}

/// A part of a file that is run.
struct FileSection {
    let direction: Direction
    let range: Range<Int>
    /// Whether the file asks to be run outside of a transaction.
    var isTransactionOff = false
}

/// Why a file cannot be used.
struct FileRefusal: Error, Hashable {
    /// Nil where it is about the file as a whole.
    let place: TextPlace?
    let why: String
    /// The file, where it is not the one that is being read.
    var file: String?

    init(_ why: String, at place: TextPlace? = nil, file: String? = nil) {
        self.why = why
        self.place = place
        self.file = file
    }
}

extension Layout {
    /// The tool's rules for files.
    var files: any FileLayout {
        switch self {
        case .golangMigrate: GolangMigrateFiles()
        case .dbmate: DbmateFiles()
        case .flyway: FlywayFiles()
        case .goose: GooseFiles()
        }
    }
}

extension String {
    /// The ASCII digits at its beginning.
    var leadingDigits: Substring { prefix { $0.isASCII && $0.isNumber } }
}
