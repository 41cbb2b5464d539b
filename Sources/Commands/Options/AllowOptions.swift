import ArgumentParser
import FleetModel
import Migrations

/// What the operator lets pass, by the finding's name.
struct AllowOptions: ParsableArguments {
    @Option(
        name: .customLong("allow"),
        help: ArgumentHelp(
            "Go on in spite of this finding or hazard; may be repeated. Hazards, \(Hazard.dropTable.rawValue) and those "
                + "after it, stop a rollout and nothing else.", valueName: "name"))
    var names: [AllowedName] = []

    /// Whether a finding may pass.
    func allows(_ finding: AllowedFinding) -> Bool { names.contains(.finding(finding)) }

    /// Ends the command over findings that may not pass.
    func check(_ findings: [Finding], _ output: Output) throws {
        let standing = findings.filter { finding in
            guard let kind = AllowedFinding(rawValue: finding.kind.rawValue), kind.standsForItself else { return false }
            return !allows(kind)
        }
        guard let first = standing.first else { return }
        for finding in standing { output.tell(output.messages.paint("✗", .bad) + " \(finding.description.harmless)") }
        let kinds = Set(standing.map(\.kind.rawValue)).sorted().map { "--allow \($0)" }.joined(separator: " ")
        throw Failure(
            .usage,
            "nothing was changed: \(standing.count.of("finding")) in the migrations stand\(standing.count == 1 ? "s" : "") "
                + "against it, the first in \(first.file.harmless). Put \(standing.count == 1 ? "it" : "them") right, or go on "
                + "all the same with \(kinds)")
    }
}

/// What `--allow` takes. Hyphens may stand for the underscores of a name.
enum AllowedName: Hashable, ExpressibleByArgument {
    case finding(AllowedFinding)
    case hazard(Hazard)

    init?(argument: String) {
        let name = argument.replacing("-", with: "_")
        if let finding = AllowedFinding(rawValue: name) {
            self = .finding(finding)
        } else if let hazard = Hazard(rawValue: name) {
            self = .hazard(hazard)
        } else {
            return nil
        }
    }

    /// The name as it is recorded.
    var text: String {
        switch self {
        case .finding(let finding): finding.rawValue
        case .hazard(let hazard): hazard.rawValue
        }
    }

    static var allValueStrings: [String] { AllowedFinding.allCases.map(\.rawValue) + Hazard.allCases.map(\.rawValue) }
}

/// A finding that the operator may let pass.
enum AllowedFinding: String, CaseIterable {
    /// An SQL file whose name is not a migration's.
    case strayFile = "stray_file"
    /// A migration in Go.
    case goMigration = "go_migration"
    /// A file that is not as pgfleet.sum or atlas.sum says.
    case unhashed
    /// A version without a way down, on the way or on the way back.
    case missingDown = "missing_down"
    /// A file below the target's version that was never applied there.
    case outOfOrder = "out_of_order"
    /// A target that cannot be reached: the rollout goes without it, and a later one catches it up.
    case unreachable
    /// A version for `force` that no file has.
    case unknownVersion = "unknown_version"

    /// Whether the files alone tell; the others depend on where a target stands.
    var standsForItself: Bool {
        switch self {
        case .strayFile, .goMigration, .unhashed: true
        case .missingDown, .outOfOrder, .unreachable, .unknownVersion: false
        }
    }
}
