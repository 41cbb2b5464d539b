import FleetModel
import Monitor
import Schema

/// A check as JUnit's XML: a test case for each target and for each folder of migrations whose ways down were tried, with a
/// failure for what was found there.
struct CheckJUnit {
    let report: CheckReport
    let fleet: String

    var text: String {
        let cases = report.targets.map(testCase) + report.files.map(testCase)
        let failed =
            report.targets(.drift).count + report.targets(.dirty).count
            + report.files.count { $0.verdict == .drift }
        let errors = report.targets(.unreachable).count + report.files.count { $0.verdict == .unknown }
        let skipped = report.targets(.unknown).count
        let attributes =
            "name=\"\(escaped("pgfleet check of \(fleet)"))\" tests=\"\(cases.count)\" failures=\"\(failed)\" "
            + "errors=\"\(errors)\" skipped=\"\(skipped)\" time=\"\(report.seconds)\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(attributes)>
            <testsuite \(attributes)>
            \(cases.joined(separator: "\n"))
            </testsuite>
            </testsuites>

            """
    }

    private func testCase(_ check: TargetCheck) -> String {
        let head =
            "<testcase classname=\"\(escaped("\(fleet).\(check.target.environment)"))\" "
            + "name=\"\(escaped(check.target.id.rawValue))\" time=\"0\""
        let open = check.findings.filter { $0.accepted == nil && $0.severity > .note }
        let details = open.map { finding in
            ([finding.title]
                + DefinitionDiff.lines(expected: finding.schema?.expected, live: finding.schema?.live)
                .filter { _ in finding.schema != nil }).joined(separator: "\n")
        }.joined(separator: "\n\n")
        switch check.verdict {
        case .consistent, .accepted: return head + "/>"
        case .unknown: return head + "><skipped message=\"there is nothing to compare it with\"/></testcase>"
        case .unreachable:
            return head + "><error type=\"unreachable\" message=\"\(escaped(open.first?.title ?? ""))\"/></testcase>"
        case .drift, .dirty:
            let message = open.count == 1 ? open[0].title : "\(open.count) findings"
            return head
                + "><failure type=\"\(check.verdict.rawValue)\" message=\"\(escaped(message))\">\(escaped(details))"
                + "</failure></testcase>"
        }
    }

    private func testCase(_ check: FilesCheck) -> String {
        let head =
            "<testcase classname=\"\(escaped("\(fleet).files"))\" name=\"\(escaped(check.id.rawValue))\" time=\"0\""
        let open = check.findings.filter { $0.accepted == nil && $0.severity > .note }
        switch check.verdict {
        case .drift:
            let message = open.count == 1 ? open[0].title : "\(open.count) findings"
            let details = open.map { finding in
                let text = FileFindingText(finding: finding)
                return ([text.place] + text.report).joined(separator: "\n")
            }.joined(separator: "\n\n")
            return head
                + "><failure type=\"\(check.verdict.rawValue)\" message=\"\(escaped(message))\">\(escaped(details))"
                + "</failure></testcase>"
        case .unknown:
            let why = check.obstacles.joined(separator: "; ")
            return head + "><error type=\"unknown\" message=\"\(escaped(why))\"/></testcase>"
        case .consistent, .accepted, .dirty, .unreachable: return head + "/>"
        }
    }

    /// XML 1.0 has no place for most control characters, not even escaped.
    private func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
