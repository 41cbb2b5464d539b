internal import Crypto
internal import FleetModel
internal import Migrations
internal import Schema

extension CheckFinding {
    /// What is wrong with a way down.
    ///
    /// - Returns: nil where the version is not among the files.
    init?(_ fault: DownFault, in set: MigrationSet) {
        let version = fault.version
        guard let migration = set.migration(version), let path = (migration.down ?? migration.up)?.path else {
            return nil
        }
        let file = { (failure: TargetFailure?) in
            File(version: version, path: failure?.place?.file ?? path, line: failure?.place?.line)
        }
        switch fault.kind {
        case .missing:
            self.init(
                .missingDown, .note, "version \(version) has no way down", key: "missing down \(version)",
                file: file(nil))
        case .fails(let failure):
            self.init(
                .failingDown, .error, "the down of \(version) fails", key: "down \(version) fails", failure: failure,
                file: file(failure))
        case .restoresNot(let differences):
            self.init(
                .incompleteDown, differences.severity,
                "the down of \(version) does not bring back the schema that was before",
                key: "down \(version): \(differences.words)", file: file(nil), differences: differences)
        case .upFails(let failure):
            // The place is in the up file; what has to be corrected is mostly the down.
            self.init(
                .upAfterDown, .error, "after the down of \(version), its up fails",
                key: "up \(version) fails after its down", failure: failure, file: file(nil))
        case .upDiffers(let differences):
            self.init(
                .upAfterDown, differences.severity,
                "after the down of \(version), its up leads to another schema than before",
                key: "up \(version) after its down: \(differences.words)", file: file(nil), differences: differences)
        }
    }
}

extension [SchemaFinding] {
    /// Something is left, or something is gone: never less than a warning.
    fileprivate var severity: SchemaFinding.Severity { Swift.max(.warning, map(\.severity).max() ?? .warning) }

    /// All of them in a few words: the first ones by name, the others by a digest, so that what is accepted is these and no
    /// others.
    fileprivate var words: String {
        let named = prefix(3).map(\.key).joined(separator: ", ")
        guard count > 3 else { return named }
        let rest = dropFirst(3).map(\.key).joined(separator: "\n")
        return "\(named) and \(count - 3) more (\(SHA256.hash(data: [UInt8](rest.utf8)).hex.prefix(8)))"
    }
}
