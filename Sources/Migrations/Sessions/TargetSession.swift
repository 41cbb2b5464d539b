public import FleetModel
public import Postgres
internal import SQL

/// One connection to one target, on which its version is read and migrations are run.
///
/// The state that is reported after anything ran is always read from the database, never assumed.
public actor TargetSession {
    /// What it is connected to.
    public nonisolated let target: Target

    let settings: ConnectionSettings
    var options: SessionOptions
    let texts: FailureTexts
    var connection: Connection
    /// Known after the first look.
    var orientation: Orientation?
    /// The session of pgfleet that was at work on the target at the last look; nil where there was none. One whose client
    /// is lost goes on with what it was sent.
    public internal(set) var sessionAtWork: OtherSession?
    /// Known while the locks are held for steps; nil where pgfleet's own tables are not written.
    var records: Records?
    /// Whether pgfleet's own tables were made when the locks were taken.
    var hasMadeRecords = false
    /// The statements of the step at work whose effect lasts, from the first one on.
    var lastingStatements = 0
    /// The concurrent index build under way, or of which it is not known what it left.
    var openBuild: ConcurrentBuild?
    /// The step that failed, for the history.
    var failedAttempt: FailedAttempt?

    /// Whether a file has run that may have left what no command takes back.
    var mayBeMarked = false
    /// What a pooler in between does with the session; nil where there is none, or it was not asked for yet.
    var pooling: Pooling?
    /// What the server said since the last step.
    let notices: NoticeBox

    init(
        _ target: Target, _ settings: ConnectionSettings, _ options: SessionOptions, _ connection: Connection,
        _ notices: NoticeBox
    ) {
        self.notices = notices
        self.target = target
        self.settings = settings
        self.options = options
        self.connection = connection
        texts = FailureTexts(
            target: target.id, retryCommand: options.retryCommand, operand: options.operand)
    }

    /// Connects. Changes nothing on the target.
    ///
    /// A target's schema is the session's whole search path, as with golang-migrate's `search_path=tenant_7`.
    /// - Throws: why the target cannot be reached.
    public static func open(
        _ target: Target, settings: ConnectionSettings, options: SessionOptions = SessionOptions()
    ) async throws(TargetFailure) -> TargetSession {
        var settings = settings
        settings["application_name"] = options.applicationName.cutToName
        // Of several hosts, the one that takes writes; also when the connection is made again after a failover.
        if isList(settings), settings["target_session_attrs"] == nil {
            settings["target_session_attrs"] = "read-write"
        }
        // A peer that is gone without a word is noticed in about a minute and not in two hours.
        for (keyword, value) in ["keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"] {
            settings[keyword] = settings[keyword] ?? value
        }
        do {
            let notices = NoticeBox()
            let connection = try await connect(settings, options, notices)
            return TargetSession(target, settings, options, connection, notices)
        } catch {
            throw await TargetSession.unreached(error, target, settings, options)
        }
    }

    /// Ends the session; the server lets go of all that it held.
    public func close() async {
        await connection.close()
    }

    /// The settings for pgfleet's own statements.
    var ownSettings: SessionSettings {
        SessionSettings(
            schema: target.schema, lockTimeout: options.lockTimeout,
            statementTimeout: StatementTimeout(options.recoveryLimit))
    }

    static func unreached(_ error: PostgresError, _ target: Target) -> TargetFailure {
        var failure = TargetFailure(error)
        failure.message = "\(target.endpoint), database \(target.database): \(failure.message)"
        failure.consequence = "Nothing was changed"
        failure.remedy =
            switch failure.kind {
            case .authentication: "Check the user and the password in fleet.yaml"
            case .tls: "Check sslmode and sslrootcert in fleet.yaml"
            case .unknownDatabase: "Create the database, or correct its name in fleet.yaml"
            case .configuration: "Correct the connection settings in fleet.yaml"
            default: "Check the address, and whether the server runs and takes connections from here"
            }
        return failure
    }
}
