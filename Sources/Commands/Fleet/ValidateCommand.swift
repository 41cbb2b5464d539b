import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Checks the inventory and the migrations without connecting to any server.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check fleet.yaml and the migrations. Connects to nothing.")

    @OptionGroup var options: FleetOptions

    private struct Document: Encodable {
        struct Finding: Encodable {
            let kind, file, message: String
        }
        let fleet: String
        let environments, targets, discoveries, migrations: Int
        let findings: [Finding]
    }

    func run() async throws {
        try await options.run { session in
            let fleet = session.fleet
            let sets = try MigrationLibrary(fleet.migrationSources).all
            let findings = sets.flatMap { $0.findings + $0.scriptFindings() }
            let document = Document(
                fleet: fleet.name, environments: fleet.environments.count, targets: fleet.targets.count,
                discoveries: fleet.environments.map(\.discoveries.count).reduce(0, +),
                migrations: sets.map(\.migrations.count).reduce(0, +),
                findings: findings.map {
                    Document.Finding(kind: $0.kind.rawValue, file: $0.file, message: $0.message)
                })
            try session.output.write(document) { text(document, findings, session.output.data.paint) }
            if !fleet.alerts.isEmpty {
                session.output.tell(
                    session.output.messages.paint("note:", .warning)
                        + " 'alerts' are checked, but this version sends nothing")
            }
            if findings.contains(where: \.kind.isFatal) {
                throw Failure(.usage, "some migrations would be refused; see above")
            }
        }
    }

    private func text(_ document: Document, _ findings: [Finding], _ paint: Paint) -> [String] {
        let discovered = document.discoveries == 0 ? "" : " and \(document.discoveries.of("host")) to be asked for more"
        return findings.map { finding in
            finding.kind.isFatal ? paint("✗", .bad) + " \(finding)" : paint("!", .warning) + " \(finding)"
        } + [
            paint(findings.contains(where: \.kind.isFatal) ? "✗" : "✓", .good)
                + " fleet \(document.fleet): \(document.environments.of("environment")), "
                + "\(document.targets.of("target"))\(discovered), \(document.migrations.of("migration")), "
                + document.findings.count.of("finding")
        ]
    }
}

extension Finding.Kind {
    /// Whether a rollout over this file would be refused, unless the operator lets it pass.
    var isFatal: Bool { self == .unrunnable || AllowedFinding(rawValue: rawValue)?.standsForItself == true }
}
