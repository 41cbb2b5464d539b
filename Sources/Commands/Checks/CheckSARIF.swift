import FleetModel
import Foundation
import Monitor
import Schema

/// A check as SARIF 2.1.0, which code hosts show beside the code: a result for each finding on each target, and in
/// each file, beside whose lines it is shown.
struct CheckSARIF {
    let report: CheckReport
    let fleet: String

    private struct Log: Encodable {
        let schema = "https://json.schemastore.org/sarif-2.1.0.json"
        let version = "2.1.0"
        let runs: [Run]

        enum CodingKeys: String, CodingKey {
            case schema = "$schema"
            case version, runs
        }
    }

    private struct Run: Encodable {
        let tool: Tool
        let results: [Result]
    }

    private struct Tool: Encodable {
        let driver: Driver
    }

    private struct Driver: Encodable {
        let name = "pgfleet"
        let semanticVersion: String
        let rules: [Rule]
    }

    private struct Rule: Encodable {
        let id: String
        let shortDescription: Message
    }

    private struct Message: Encodable {
        let text: String
    }

    private struct Result: Encodable {
        let ruleId, level: String
        let message: Message
        let locations: [Location]
        let partialFingerprints: [String: String]
        let suppressions: [Suppression]?
    }

    private struct Suppression: Encodable {
        let kind = "external"
        let justification: String
    }

    private struct Location: Encodable {
        var logicalLocations: [Logical]?
        var physicalLocation: Physical?
    }

    private struct Physical: Encodable {
        struct Artifact: Encodable {
            let uri: String
        }

        struct Region: Encodable {
            let startLine: Int
        }

        let artifactLocation: Artifact
        let region: Region
    }

    private struct Logical: Encodable {
        let fullyQualifiedName: String
        let kind: String
    }

    func text() throws -> String {
        let rules = CheckFinding.Kind.allCases.map { Rule(id: $0.rawValue, shortDescription: Message(text: $0.words)) }
        let results =
            report.targets.flatMap { check in check.findings.map { result($0, check.target.id) } }
            + report.files.flatMap { check in check.findings.map { fileResult($0, check.id) } }
        let log = Log(runs: [
            Run(tool: Tool(driver: Driver(semanticVersion: FleetModel.Tool.version, rules: rules)), results: results)
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(log), as: UTF8.self) + "\n"
    }

    private func result(_ finding: CheckFinding, _ target: TargetID) -> Result {
        var lines = ["\(target): \(finding.title)"]
        if let schema = finding.schema {
            lines += DefinitionDiff.lines(expected: schema.expected, live: schema.live)
        }
        return Result(
            ruleId: finding.kind.rawValue, level: finding.severity.rawValue,
            message: Message(text: lines.joined(separator: "\n")),
            locations: [
                Location(logicalLocations: [
                    Logical(
                        fullyQualifiedName: "\(target)" + (finding.schema.map { " \($0.identity.name)" } ?? ""),
                        kind: finding.schema?.identity.kind.rawValue ?? "database")
                ])
            ],
            partialFingerprints: ["pgfleet/v1": "\(target) \(finding.key)"],
            suppressions: finding.accepted.map { [Suppression(justification: $0)] })
    }

    private func fileResult(_ finding: CheckFinding, _ files: TargetID) -> Result {
        let location = finding.file.map { file in
            // Relative to the folder in which the program runs, which on a code host is the repository's.
            let path = FailureText.shortened(file.path)
            let uri = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
            return Location(
                physicalLocation: Physical(
                    artifactLocation: .init(uri: path.hasPrefix("/") ? "file://" + uri : uri),
                    region: .init(startLine: file.line ?? 1)))
        }
        return Result(
            ruleId: finding.kind.rawValue, level: finding.severity.rawValue,
            message: Message(text: FileFindingText(finding: finding).report.joined(separator: "\n")),
            locations: location.map { [$0] } ?? [], partialFingerprints: ["pgfleet/v1": "\(files) \(finding.key)"],
            suppressions: finding.accepted.map { [Suppression(justification: $0)] })
    }
}

extension CheckFinding.Kind {
    /// What it is, in words.
    var words: String {
        switch self {
        case .drift: "The schema differs from what its version should look like."
        case .dirty: "A migration began and did not end."
        case .unreachable: "The target could not be looked at."
        case .editedMigration: "Migrations were applied from files that are not those at hand."
        case .outOfOrder: "Files below the target's version were never applied there."
        case .ailment: "An object does not do what it says, as its migration leaves it."
        case .missingDown: "A version has no way down."
        case .failingDown: "A version's way down fails."
        case .incompleteDown: "A version's way down does not bring back the schema that was before its up."
        case .upAfterDown: "After a version's way down, its up fails or leads to another schema."
        }
    }
}
