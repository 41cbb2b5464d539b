internal import FleetModel
internal import Postgres

/// What the server said to the statements of one look.
struct CatalogAnswer {
    /// Why there is none.
    enum Obstacle: Error {
        /// The home cannot be used.
        case home(TargetFailure)
        /// A statement failed.
        case server(PostgresError)
        /// Something was changed between the first statement and the last.
        case changing
    }

    let home: String
    let mark: CatalogMark
    /// The rows of each question.
    let rows: [Rows]

    init(_ outcomes: [PipelineOutcome], questions: Int) throws(Obstacle) {
        let asked = CatalogText.preparationCount
        let place = try Self.rows(of: outcomes[asked - 1]).first
        guard let home = place?[0], !home.isEmpty else { throw .home(HomeProblem.missing.failure) }
        guard place?[1] == "t" else { throw .home(HomeProblem.unusable(home).failure) }
        guard let mark = try Self.rows(of: outcomes[asked]).first.flatMap(CatalogMark.init) else { throw .changing }
        var rows: [Rows] = []
        for outcome in outcomes[(asked + 1)..<(asked + 1 + questions)] { rows.append(try Self.rows(of: outcome)) }
        if questions > 0, let outcome = outcomes.last {
            let later = try Self.rows(of: outcome).first.flatMap(CatalogMark.init)
            guard let later, later.provesNoChange(since: mark) || later.rows == mark.rows else { throw .changing }
        }
        self.home = home
        self.mark = mark
        self.rows = rows
    }

    private static func rows(of outcome: PipelineOutcome) throws(Obstacle) -> Rows {
        do { return try outcome.result().rows } catch { throw .server(error) }
    }
}
