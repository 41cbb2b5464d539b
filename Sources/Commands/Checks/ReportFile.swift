import FleetModel
import Foundation
import Monitor

/// A report of a check that other programs read: `junit=report.xml`.
struct ReportFile {
    private let format: CheckFlags.Report
    private let path: String

    init(_ argument: String) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let formats = CheckFlags.Report.allCases.map(\.rawValue)
        guard parts.count == 2, !parts[1].isEmpty, let format = CheckFlags.Report(rawValue: String(parts[0])) else {
            throw Failure(
                .usage,
                "--report \(argument.harmless): expected one of \(formats.joined(separator: ", ")) and a file, such as "
                    + "junit=report.xml")
        }
        self.format = format
        path = String(parts[1])
    }

    /// Writes it, whole or not at all.
    func write(_ report: CheckReport, of fleet: String) throws {
        let text: String
        switch format {
        case .junit: text = CheckJUnit(report: report, fleet: fleet).text
        case .sarif: text = try CheckSARIF(report: report, fleet: fleet).text()
        case .html: text = CheckPage(report: report, fleet: fleet, now: .now).text
        }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(.failed, "\(path): the report could not be written: \(error.localizedDescription)")
        }
    }
}
