internal import FleetModel
internal import Postgres
internal import SQL

/// The settings under which SQL is run on a target.
///
/// `idle_in_transaction_session_timeout` ends our own session should this process be stopped in the middle of a
/// transaction, so that its locks do not stay.
struct SessionSettings: Sendable, Hashable {
    let schema: String?
    var lockTimeout: LockTimeout
    let statementTimeout: StatementTimeout
    /// What the session calls itself while a step runs.
    var applicationName: String?
    /// Whom a step runs as.
    var role: String?

    /// What the rules of a target say.
    init(_ rules: TargetRules, schema: String?) {
        self.init(schema: schema, lockTimeout: rules.lockTimeout, statementTimeout: rules.statementTimeout)
    }

    init(schema: String?, lockTimeout: LockTimeout, statementTimeout: StatementTimeout) {
        self.schema = schema
        self.lockTimeout = lockTimeout
        self.statementTimeout = statementTimeout
    }

    private var values: [(name: String, value: String)] {
        let path = schema.map { [(name: "search_path", value: quotedIdentifier($0))] } ?? []
        return path + [
            (name: "lock_timeout", value: lockTimeout.duration.milliseconds),
            (name: "statement_timeout", value: statementTimeout.duration.milliseconds),
            (name: "idle_in_transaction_session_timeout", value: "60s"),
        ]
    }

    /// How long the client waits for so many statements before it gives the server up: all that the server allows them,
    /// and a little. Nil where the statements' time has no limit.
    func patience(statements: Int, slack: Duration) -> Duration? {
        guard statementTimeout.duration > .zero else { return nil }
        return statementTimeout.duration * max(1, statements) + slack
    }

    /// One statement that sets all of them until they are reset.
    var statement: PipelineStatement { statement(isLocal: false) }

    /// One statement that sets all of them until the transaction's end.
    var localStatement: PipelineStatement { statement(isLocal: true) }

    private func statement(isLocal: Bool) -> PipelineStatement {
        let calls = values.indices.map { "set_config($\(2 * $0 + 1), $\(2 * $0 + 2), \(isLocal))" }
        return PipelineStatement(
            "SELECT " + calls.joined(separator: ", "),
            values.flatMap { [Parameter($0.name as String?), Parameter($0.value as String?)] })
    }

    /// The same as statements of a script, for the transaction that is open or for the session.
    func statements(local: Bool) -> [String] {
        // The value of search_path is an identifier, quoted already; the others are literals.
        let name = applicationName.map { [(name: "application_name", value: $0.cutToName)] } ?? []
        return (values + name).map { name, value in
            let value = name == "search_path" ? value : quotedLiteral(value)
            return "SET \(local ? "LOCAL " : "")\(name) = \(value)"
        }
    }

    /// The statement after which the file's own statements run as the inventory's role; after those that need the role
    /// which logged in.
    func assuming(local: Bool) -> [String] {
        role.map { ["SET \(local ? "LOCAL " : "")ROLE \(quotedIdentifier($0))"] } ?? []
    }

    /// What a file may have left behind in its session, put back to how the session began. Run between files, so that no
    /// file depends on what ran before it in the same session.
    static let cleanup = ["RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL", "DISCARD TEMP"]

    /// What must be put back before the version is recorded in the file's own transaction.
    static let ownIdentity = ["RESET SESSION AUTHORIZATION", "RESET ROLE"]
}

extension String {
    /// Cut to the 63 bytes that PostgreSQL keeps of a name, between two characters.
    var cutToName: String {
        var text = self
        while text.utf8.count > 63 { text.unicodeScalars.removeLast() }
        return text
    }
}

extension Duration {
    /// As PostgreSQL's settings take it. Above zero is never rounded to zero, which would mean "without limit".
    fileprivate var milliseconds: String {
        let (seconds, attoseconds) = components
        let whole = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let rounded = self > .zero ? max(1, whole) : 0
        return "\(min(rounded, Int64(Int32.max)))ms"
    }
}

extension TargetRules {
    /// The same, but for what a file asks for itself.
    func following(_ directives: Directives?) -> TargetRules {
        guard let directives else { return self }
        var rules = self
        rules.lockTimeout = directives.lockTimeout ?? lockTimeout
        rules.statementTimeout = directives.statementTimeout ?? statementTimeout
        if !directives.isRetried { rules.lockRetry = .never }
        return rules
    }
}
