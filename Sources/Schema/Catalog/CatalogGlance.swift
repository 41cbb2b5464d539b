internal import FleetModel
internal import Postgres

/// Why a look at the catalogs has no result.
enum CatalogObstacle: Error {
    /// The home cannot be used, or the connection broke.
    case failure(TargetFailure)
    /// A statement failed.
    case server(PostgresError)
    /// Something was changed between the first statement and the last.
    case changing
}

/// What the opening of a look tells.
struct CatalogGlance: Sendable {
    /// The schemas that the role may use, of those that are looked at.
    let schemas: [String]
    let mark: CatalogMark
    let contents: CatalogContents
    /// The snapshot, as a text: the same again only if no transaction that writes has ended meanwhile.
    let snapshot: String

    /// - Parameter outcomes: of the opening's statements.
    /// - Throws: `.failure`, where the home cannot be used; of several schemas, such ones are left out.
    init(_ outcomes: [PipelineOutcome], asked: [String]?) throws(CatalogObstacle) {
        let count = CatalogText.preparationCount
        guard outcomes.count > count else { throw .changing }
        for outcome in outcomes[..<(count - 1)] { _ = try Self.rows(of: outcome) }
        let places = try Self.rows(of: outcomes[count - 1])
        if asked == nil {
            guard let home = places.first?[0], !home.isEmpty else { throw .failure(HomeProblem.missing.failure) }
            guard places.first?[1] == "t" else { throw .failure(HomeProblem.unusable(home).failure) }
        }
        schemas = places.compactMap { $0[1] == "t" ? $0[0] : nil }
        guard let row = try Self.rows(of: outcomes[count]).first, let mark = CatalogMark(row), let snapshot = row[6]
        else { throw .changing }
        self.mark = mark
        contents = row[5].flatMap { Int($0) }.map { CatalogContents(bits: $0) } ?? .everything
        self.snapshot = snapshot
    }

    static func rows(of outcome: PipelineOutcome) throws(CatalogObstacle) -> Rows {
        do { return try outcome.result().rows } catch { throw .server(error) }
    }
}

/// Why a schema cannot be looked at.
enum HomeProblem {
    /// No schema of the search path is there.
    case missing
    /// It does not exist, or the role has no right to use it.
    case unusable(String)

    var failure: TargetFailure {
        switch self {
        case .missing:
            TargetFailure(
                kind: .unknownDatabase,
                message: "No schema of the search path exists, or the role may use none of them",
                consequence: "Nothing was looked at", remedy: "Name a schema for this target in fleet.yaml")
        case .unusable(let home):
            TargetFailure(
                kind: .permissionDenied,
                message: "The schema \(home.harmless) does not exist, or the role has no USAGE on it",
                consequence: "Nothing was looked at",
                remedy: "Grant it: GRANT USAGE ON SCHEMA \(quotedIdentifier(home).harmless) TO the role")
        }
    }
}
