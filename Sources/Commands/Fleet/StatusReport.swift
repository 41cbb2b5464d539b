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

    init(_ survey: Survey, library: MigrationLibrary) throws(MigrationsError) {
        var rows: [Row] = []
        rows.reserveCapacity(survey.entries.count)
        for entry in survey.entries {
            let files = try library.files(in: entry.target.access.migrations)
            rows.append(Row(target: entry.target.target, standing: TargetStanding(entry.found, files: files)))
        }
        self.rows = rows
        counts = rows.reduce(into: [:]) { $0[$1.standing.kind, default: 0] += 1 }
    }
}

extension StatusReport {
    /// The JSON document; its keys are a contract, described in docs/json.md.
    struct Document: Encodable {
        let targets: [TargetRow]
        let summary: Summary
    }

    struct Summary: Encodable {
        let targets, current, behind, ahead, dirty, unreachable: Int
    }

    struct TargetRow: Encodable {
        let row: Row

        private enum Key: String, CodingKey {
            case environment, target, host, database, schema, version, dirty, pending, state, error
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            let standing = row.standing
            try values.encode(row.target.environment, forKey: .environment)
            try values.encode(row.target.id, forKey: .target)
            try values.encode(row.target.endpoint.description, forKey: .host)
            try values.encode(row.target.database, forKey: .database)
            try values.encode(row.target.schema, forKey: .schema)
            try values.encode(standing.state?.version, forKey: .version)
            try values.encode(standing.state?.isDirty, forKey: .dirty)
            try values.encode(standing.pending, forKey: .pending)
            try values.encode(standing.kind, forKey: .state)
            try values.encode(standing.failure.map(FailureText.headline), forKey: .error)
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
