import FleetModel
import Inventory
import Migrations
import Rollout

/// Where every target of a survey stands, and how many of each.
struct StatusReport {
    struct Row {
        let target: Target
        let standing: TargetStanding
    }

    let rows: [Row]
    /// Only kinds that occur.
    let counts: [TargetStanding.Kind: Int]

    /// Looks at the selected targets and changes nothing.
    static func make(_ session: FleetSession, _ selector: Selector) async throws -> StatusReport {
        let targets = try await session.select(selector)
        let library = try session.library(for: targets)
        let executor = session.executor(for: targets, library: library)
        let survey = await executor.survey(searchesHistory: true)
        await executor.closeIdle()
        return try StatusReport(survey, library: library)
    }

    init(_ survey: Survey, library: MigrationLibrary) throws(MigrationsError) {
        var rows: [Row] = []
        rows.reserveCapacity(survey.entries.count)
        for entry in survey.entries {
            let files = try library.files(of: entry.target.access.source)
            rows.append(Row(target: entry.target.target, standing: TargetStanding(entry, files: files)))
        }
        self.rows = rows
        counts = rows.reduce(into: [:]) { $0[$1.standing.kind, default: 0] += 1 }
    }
}

extension StatusReport {
    /// The exit code of a command that shows it.
    var exitStatus: ExitStatus {
        if counts[.dirty] != nil { return .dirty }
        return counts[.unreachable] == nil ? .done : .failed
    }

    /// `7 targets: 6 current, 1 dirty`.
    var summary: String {
        let parts = TargetStanding.Kind.allCases.compactMap { kind in counts[kind].map { "\($0) \(kind.rawValue)" } }
        return rows.count.of("target") + ": " + parts.joined(separator: ", ")
    }

    /// The JSON document; its keys are a contract, described in docs/json.md.
    struct Document: Encodable {
        let targets: [TargetRow]
        let summary: Summary
    }

    struct Summary: Encodable {
        let targets, current, behind, ahead, dirty, unreachable: Int
    }

    struct TargetRow: Encodable {
        let environment: String
        let target: TargetID
        let host, database: String
        @OrNull var schema: String?
        @OrNull var version: Version?
        @OrNull var dirty: Bool?
        let pending: [Version]
        let state: TargetStanding.Kind
        @OrNull var progress: StatementProgress?
        @OrNull var atWork: OtherSession?
        let findings: [Finding]
        @OrNull var error: String?

        init(_ row: Row) {
            environment = row.target.environment
            target = row.target.id
            host = row.target.endpoint.description
            database = row.target.database
            schema = row.target.schema
            version = row.standing.state?.version
            dirty = row.standing.state?.isDirty
            pending = row.standing.pending
            state = row.standing.kind
            progress = row.standing.progress
            atWork = row.standing.sessionAtWork
            findings = row.standing.outOfOrder.map { [Finding($0, row.standing.neverApplied)] } ?? []
            error = row.standing.failure.map(FailureText.headline)
        }
    }

    /// What a plan would refuse this target for.
    struct Finding: Encodable {
        let kind: TargetFailure.Kind
        let versions: [Version]
        let message: String

        init(_ failure: TargetFailure, _ versions: [Version]) {
            kind = failure.kind
            self.versions = versions
            message = FailureText.headline(failure)
        }
    }

    var document: Document {
        Document(
            targets: rows.map(TargetRow.init),
            summary: Summary(
                targets: rows.count, current: counts[.current] ?? 0, behind: counts[.behind] ?? 0,
                ahead: counts[.ahead] ?? 0, dirty: counts[.dirty] ?? 0, unreachable: counts[.unreachable] ?? 0))
    }
}
