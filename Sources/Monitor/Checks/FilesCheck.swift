public import FleetModel
internal import Schema

/// What a check found in the files of migrations, whichever targets use them: of their ways down.
public struct FilesCheck: Sendable {
    /// What names them beside targets, where findings are kept and accepted: `files:` and their folder.
    public let id: TargetID
    /// Their folder, as the inventory gives it.
    public let directory: String
    /// How many versions there are.
    public let versions: Int
    /// Of how many the way down was tried, or is known to be missing.
    public let tried: Int
    /// Why it was not tried of the others.
    public let obstacles: [String]
    /// In the order of the versions.
    public internal(set) var findings: [CheckFinding]

    /// What it comes to; `unknown` where not all could be tried.
    public var verdict: CheckVerdict {
        if findings.contains(where: { $0.accepted == nil && $0.severity > .note }) { return .drift }
        guard obstacles.isEmpty else { return .unknown }
        return findings.contains { $0.accepted != nil && $0.severity > .note } ? .accepted : .consistent
    }
}
