import FleetModel
import Monitor
import Schema

extension CheckText {
    /// A line for each folder of migrations whose ways down were tried.
    func fileLines(_ paint: Paint) -> [String] {
        report.files.map { check in
            let verdict = paint("\(check.verdict.sign) \(check.verdict.rawValue)", check.verdict.tint)
            let count = check.tried == check.versions ? "\(check.versions)" : "\(check.tried) of \(check.versions)"
            return paint(FailureText.shortened(check.directory), .strong)
                + "  \(verdict), ways down of \(count) version\(check.versions == 1 ? "" : "s") tried"
        }
    }

    /// What was found in files, the missing ways down in one line for each folder.
    func fileFindings(_ paint: Paint) -> [String] {
        var lines: [String] = []
        for check in report.files {
            for finding in check.findings where finding.kind != .missingDown {
                lines += [""] + text(of: finding, paint)
            }
            let missing = check.findings.filter { $0.kind == .missingDown && $0.accepted == nil }
            if !missing.isEmpty {
                let versions = missing.compactMap { $0.file.map { "\($0.version)" } }
                let listed = versions.prefix(20).joined(separator: ", ")
                let more = versions.count > 20 ? " and \(versions.count - 20) more" : ""
                lines += [
                    "",
                    paint("·", .quiet) + " "
                        + paint("no way down: version\(versions.count == 1 ? "" : "s") \(listed)\(more)", .strong),
                    "  " + paint("in " + FailureText.shortened(check.directory), .quiet),
                ]
            }
            for obstacle in check.obstacles {
                lines += [
                    "",
                    paint("note:", .warning) + " the ways down in \(FailureText.shortened(check.directory)) "
                        + "could not all be tried: \(obstacle.harmless)",
                ]
            }
        }
        return lines
    }

    private func text(of finding: CheckFinding, _ paint: Paint) -> [String] {
        let isOpen = finding.accepted == nil
        var head =
            paint(isOpen ? finding.severity.sign : "=", isOpen ? finding.severity.tint : .quiet) + " "
            + paint(finding.title.harmless, .strong)
        if isOpen, finding.isNew, report.number != nil { head += paint("  new", .warning) }
        let text = FileFindingText(finding: finding)
        let place = [text.place, isOpen ? text.legend : nil].compactMap(\.self).joined(separator: "  ")
        let lines = [head, "  " + paint(place, .quiet)]
        if let reason = finding.accepted { return lines + ["  accepted: " + reason.harmless] }
        return lines + text.lines(paint)
    }
}
