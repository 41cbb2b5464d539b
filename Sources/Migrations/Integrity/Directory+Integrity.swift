internal import FleetModel

extension Directory {
    /// What is not as the sum files in the directory say; empty where there is none of them.
    /// - Parameters:
    ///   - names: all of its files.
    ///   - sums: of the migrations' files.
    func integrityFindings(_ names: [String], _ sums: [FileSum]) throws(MigrationsError) -> [Finding] {
        var findings: [Finding] = []
        if names.contains(DirectorySum.fileName) {
            let text = String(decoding: try bytes(ofFile: DirectorySum.fileName), as: UTF8.self)
            let changes = DirectorySum(text: text)?.changes(to: sums) ?? [(nil, "is not as pgfleet writes it")]
            findings += self.findings(
                changes, of: DirectorySum.fileName, "If that is meant, write it anew: pgfleet hash")
        }
        if names.contains(AtlasSum.fileName) {
            let text = String(decoding: try bytes(ofFile: AtlasSum.fileName), as: UTF8.self)
            let changes: [(file: String?, message: String)]
            if let sum = AtlasSum(text: text) {
                changes = try sum.changes(to: names.filter { $0.hasSuffix(".sql") }) { name throws(MigrationsError) in
                    try bytes(ofFile: name)
                }
            } else {
                changes = [(nil, "is not as Atlas writes it")]
            }
            findings += self.findings(
                changes, of: AtlasSum.fileName, "If that is meant, write it anew: atlas migrate hash")
        }
        return findings
    }

    private func findings(
        _ changes: [(file: String?, message: String)], of sum: String, _ remedy: String
    ) -> [Finding] {
        changes.map { change in
            Finding(
                kind: .unhashed, file: path(of: change.file ?? sum),
                message: change.message + (change.file == nil ? "" : " since \(sum) was written") + ". \(remedy)")
        }
    }
}
