import FleetModel
import Foundation

/// What stands between waves, in words.
enum GateText {
    /// `bake 10 min`, `probe: select …`, `needs an approval`.
    static func parts(_ gate: PlannedGate) -> [String] {
        var parts: [String] = []
        if let bake = gate.bakeSeconds {
            let jitter = gate.bakeJitterSeconds.map { " (up to \($0.secondsText) more)" } ?? ""
            parts.append("bake \(bake.secondsText)\(jitter)")
        }
        parts += gate.checks.map { "\($0.name): \(text($0.question))".harmless.cut(to: 76) }
        if let approval = gate.approval { parts.append(RulesText.approval(approval)) }
        return parts
    }

    /// What a check asks.
    static func text(_ question: GateQuestion) -> String {
        func place(_ target: TargetID?) -> String { target.map { " on \($0)" } ?? "" }
        return switch question {
        case .sql(let text, let target): text.oneLine + place(target)
        case .increase(let text, let target, .percent(let limit)):
            "at most \(limit.plain) % more: " + text.oneLine + place(target)
        case .increase(let text, let target, .amount(let limit)):
            "at most \(limit.plain) more: " + text.oneLine + place(target)
        case .replicationLag(let seconds): "standbys at most \(seconds.secondsText) behind"
        case .http(let address, _, let status, let text):
            address.place + (status.map { " answers \($0)" } ?? " answers well") + (text.map { " with \($0)" } ?? "")
        case .prometheus(_, let query, _, let min, let max):
            [min.map { "\($0.plain) ≤ " }, query.oneLine, max.map { " ≤ \($0.plain)" }].compactMap(\.self).joined()
        case .verifyFiles: "the migrations' .verify.sql files"
        }
    }
}

/// How a rollout goes through an environment, in words.
enum RulesText {
    /// `16 at once, 2 per host, on failure: rollback, needs an approval`.
    static func summary(_ environment: PlannedEnvironment) -> String {
        let rules = environment.rules
        var parts = [
            "\(rules.concurrency) at once", "\(rules.perHost) per host", "on failure: \(rules.onFailure.rawValue)",
        ]
        if rules.inFlight == .cancel { parts.append("cancels what runs") }
        if let failures = rules.maxFailures, failures > 0 { parts.append("tolerates \(failures.of("failure"))") }
        if rules.retries > 0 { parts.append("retries \(rules.retries)") }
        guard environment.hasWork else { return parts.joined(separator: ", ") }
        if rules.startTimes != nil { parts.append("only at its times") }
        if rules.promotion != nil { parts.append("only versions that have passed") }
        if let approval = rules.approval { parts.append(Self.approval(approval)) }
        return parts.joined(separator: ", ")
    }

    /// `needs an approval of 2 people from dba`.
    static func approval(_ rule: ApprovalRule) -> String {
        let people = rule.count > 1 ? " of \(rule.count) people" : ""
        return "needs an approval" + people + (rule.from.isEmpty ? "" : " from " + rule.from.joined(separator: ", "))
    }
}

extension String {
    /// Scheme, host and port of a web address; its path may hold a token.
    var place: String {
        guard let start = range(of: "://")?.upperBound else { return "an address" }
        return String(self[..<start])
            + (self[start...].prefix { $0 != "/" && $0 != "?" }.split(separator: "@").last ?? "")
    }
}

extension Double {
    /// Without a fraction where there is none.
    var plain: String { self == rounded() && magnitude < 1e15 ? String(Int64(self)) : String(self) }
}
