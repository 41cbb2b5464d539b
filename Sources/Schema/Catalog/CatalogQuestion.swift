internal import FleetModel
internal import Migrations
internal import Postgres

/// A question to the catalogs in the state of one moment.
struct CatalogQuestion: Sendable {
    /// What is looked at, and how closely.
    let scope: CatalogScope
    /// The schemas that are asked for at once; nil for the home of the scope.
    var schemas: [String]?
    /// The migration tool's own table, as in the terms.
    var tool: (schema: String?, name: String)?
    /// Whether a transaction is open, in which the look takes place and which goes on as it was.
    var isInside = false

    /// How long a look at the catalogs may take: two minutes for one schema, ten for many.
    var limit: Duration { .seconds((schemas?.count ?? 1) > 1 ? 600 : 120) }

    /// The statements that open the look.
    var opening: [String] {
        CatalogText.opening(scope, schemas: schemas, isInside: isInside, within: StatementTimeout(limit))
    }
}

extension TargetSession {
    private static let tries = 3

    /// Asks for the mark alone: one round trip.
    func glance(_ question: CatalogQuestion) async throws(TargetFailure) -> CatalogGlance {
        let statements = question.opening + [CatalogText.end(isInside: question.isInside)]
        do throws(CatalogObstacle) {
            return try CatalogGlance(try await ask(statements, question.limit), asked: question.schemas)
        } catch {
            throw failure(error)
        }
    }

    /// Asks in one repeatable-read transaction, first what there is and then for that; and again where the catalogs changed
    /// meanwhile: definitions are printed from what is committed at that moment and not from the snapshot (`pg_get_*def` use
    /// the server's caches). Whether they can have changed is seen by the snapshot, and where others have written, by the mark.
    func consistently(
        _ question: CatalogQuestion, _ text: (CatalogTerms) -> String
    ) async throws(TargetFailure) -> (glance: CatalogGlance, rows: Rows) {
        for attempt in 1...Self.tries {
            do throws(CatalogObstacle) {
                return try await once(question, text)
            } catch {
                switch error {
                case .failure: throw failure(error)
                case .server(let cause):
                    // Objects vanish under the feet of what prints them: "cache lookup failed", or a name that is gone.
                    let mayPass = cause.sqlState.map { ["XX", "42"].contains($0.errorClass) } ?? false
                    guard mayPass, !question.isInside, attempt < Self.tries else { throw failure(error) }
                case .changing: continue
                }
            }
        }
        throw failure(.changing)
    }

    private func once(
        _ question: CatalogQuestion, _ text: (CatalogTerms) -> String
    ) async throws(CatalogObstacle) -> (glance: CatalogGlance, rows: Rows) {
        let end = CatalogText.end(isInside: question.isInside)
        let opening = try await ask(question.opening, question.limit)
        let glance: CatalogGlance
        do throws(CatalogObstacle) {
            glance = try CatalogGlance(opening, asked: question.schemas)
        } catch {
            if case .failure = error { _ = try await ask([end], question.limit) }
            throw error
        }
        let terms = CatalogTerms(
            scope: question.scope, server: serverVersion, contents: glance.contents, tool: question.tool,
            schemas: question.schemas)
        let answers = try await ask([text(terms), end, CatalogText.snapshot], question.limit)
        guard answers.count == 3 else { throw .changing }
        let rows = try CatalogGlance.rows(of: answers[0])
        if try CatalogGlance.rows(of: answers[2]).first?[0] != glance.snapshot {
            let later = try await ask([CatalogMark.question], question.limit).first.map(CatalogGlance.rows)?.first
                .flatMap(
                    CatalogMark.init)
            guard let later, later.provesNoChange(since: glance.mark) || later.rows == glance.mark.rows else {
                throw .changing
            }
        }
        return (glance, rows)
    }

    private func ask(_ statements: [String], _ limit: Duration) async throws(CatalogObstacle) -> [PipelineOutcome] {
        do throws(TargetFailure) {
            return try await read(
                statements.enumerated().map { PipelineStatement($1, joinsPrevious: $0 > 0) }, within: limit)
        } catch {
            throw .failure(error)
        }
    }

    private func failure(_ obstacle: CatalogObstacle) -> TargetFailure {
        switch obstacle {
        case .failure(let failure): failure
        case .server(let error): failure(reading: error)
        case .changing:
            TargetFailure(
                kind: .sql, message: "The schema went on changing while it was read, \(Self.tries) times",
                consequence: "Nothing was changed", remedy: "Look again when whoever changes it is done")
        }
    }
}
