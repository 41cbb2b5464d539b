import FleetModel
import Foundation
import Rollout
import Store

/// The head of a rollout's story: what, who, when, how long, and what was agreed on.
struct RolloutHead {
    let record: RolloutRecord
    let status: RolloutStatus

    func lines(_ paint: Paint) -> [String] {
        let plan = record.plan
        var lines = [
            paint("Rollout \(record.id)", .strong) + " of \(plan.fleet.harmless) to \(plan.goal): "
                + paint(status.text, status.tint),
            "  by \(record.createdBy.description.harmless), \(record.created.minuteText)\(duration)",
        ]
        if !plan.terms.allowed.isEmpty {
            lines.append("  allowed: " + plan.terms.allowed.joined(separator: ", ").harmless)
        }
        if let override = plan.terms.override { lines.append("  override: " + override.harmless) }
        if !plan.terms.leftOut.isEmpty {
            let shown = plan.terms.leftOut.prefix(3).map { "\($0.target) (\($0.reason))".harmless }
            let more = plan.terms.leftOut.count > 3 ? ", and \(plan.terms.leftOut.count - 3) more" : ""
            lines.append("  left out: " + shown.joined(separator: ", ") + more)
        }
        return lines
    }

    private var duration: String {
        guard let first = record.journal.first?.seconds, let last = record.journal.last?.seconds else { return "" }
        return ", \((last - first).secondsText) from its first event to its last"
    }
}
