internal import FleetModel
internal import Postgres

/// A session of someone else that is in a migration's way, as far as the role may see it.
public struct OtherSession: Sendable, Hashable, Codable {
    /// The server process; 0 is a prepared transaction, which has none.
    public let process: Int32
    /// What it calls itself; empty where it gave no name.
    public let application: String
    /// Who is logged in.
    public let user: String
    /// `active`, `idle in transaction`, …; nil where the role may not see it.
    public let state: String?
    /// How long its transaction has been open, in seconds; nil where the role may not see it.
    public let transactionSeconds: Double?
    /// The first line of what it ran last, without literals; nil where the role may not see it.
    public let query: String?
}

extension OtherSession {
    /// Reads columns of `pg_stat_activity`. Without `pg_read_all_stats` the server hides most of another role's.
    init(process: Int32, application: String?, user: String?, state: String?, age: String?, query: String?) {
        self.process = process
        self.application = (application ?? "").harmless
        self.user = (user ?? "").harmless
        self.state = state?.harmless
        transactionSeconds = age.flatMap { Double($0) }
        self.query = state == nil ? nil : query.map(QueryExcerpt.make).flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension OtherSession: CustomStringConvertible {
    /// `process 123 (application 'billing', idle in transaction for 312 s): UPDATE …`
    public var description: String {
        guard process != 0 else { return "a prepared transaction (see pg_prepared_xacts)" }
        var facts: [String] = []
        if !application.isEmpty { facts.append("application '\(application)'") }
        if application.isEmpty || state == nil, !user.isEmpty { facts.append("user \(user)") }
        if let state {
            facts.append(state + (transactionSeconds.map { " for \(Int($0)) s" } ?? ""))
        } else {
            facts.append("the role may see no more of it without pg_read_all_stats")
        }
        return "process \(process) (\(facts.joined(separator: ", ")))" + (query.map { ": \($0)" } ?? "")
    }
}

extension [OtherSession] {
    /// The first few in one line; nil when there are none.
    var listed: String? {
        guard !isEmpty else { return nil }
        let more = count > 3 ? "; and \(count - 3) more" : ""
        return prefix(3).map(\.description).joined(separator: "; ") + more
    }
}
