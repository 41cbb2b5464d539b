internal import Crypto
public import FleetModel
internal import Postgres

/// A step that was begun and failed.
struct FailedAttempt: Sendable {
    let step: MigrationStep
    /// Since it was begun.
    let seconds: Double
    /// The statements of the file whose effect lasts, from the first one on.
    let lasting: Int
}

extension RecordTables.Standing {
    /// Why they are not written; nil where they are.
    var obstacle: String? {
        switch self {
        case .ready, .missing: nil
        case .readable, .forbidden: "the role may not make or write the schema pgfleet (docs/history.md, Rights)"
        case .shadowing:
            "a role has the name of the schema pgfleet, which would come first in its search path; give the role one "
                + "without \"$user\": ALTER ROLE pgfleet SET search_path = public"
        }
    }
}

extension TargetSession {
    /// Asks what alone tells that a migration began and did not end, the tool's table having no mark: `pgfleet.progress`,
    /// and where that is not kept the failures of the history. Nil where the table tells, or where nothing does.
    private func markReading(_ here: Orientation) -> PipelineStatement? {
        guard !here.table.marksBegunSteps else { return nil }
        let areReady = records != nil || here.records == .ready
        guard areReady || here.records == .readable else { return nil }
        let records = records(of: here)
        return areReady && !records.keepsProgress && records.keepsHistory ? records.readingFailures : records.reading
    }

    /// Reads the version table and, where that is the mark, the progress.
    func readings(_ here: Orientation) -> [PipelineStatement] {
        [PipelineStatement(here.table.reading)] + (markReading(here).map { [$0] } ?? [])
    }

    /// What the answers to `readings` say.
    func record(
        from answers: ArraySlice<PipelineOutcome>, _ here: Orientation
    ) throws(TargetFailure) -> VersionRecord {
        guard let first = answers.first else { return .empty }
        let row = try? answers.dropFirst().first?.result().rows.first
        return try record(from: first, in: here.table).marked(by: row)
    }

    /// The same, with what alone tells of a migration that did not end; one round trip where something does.
    func marked(_ record: VersionRecord, _ here: Orientation) async -> VersionRecord {
        guard let question = markReading(here) else { return record }
        return record.marked(by: await rows(of: question).first)
    }

    /// What would be written for this target.
    func records(of here: Orientation) -> Records {
        Records(
            schema: here.table.schema, versionTable: here.table.name, origin: options.origin,
            keepsHistory: options.rules.keepsHistory, keepsProgress: options.rules.keepsProgress)
    }

    /// What adds a failure to the history, if there is one to add.
    func failureRecord(_ failure: TargetFailure?) -> [PipelineStatement] {
        guard let records, let failure, let attempt = failedAttempt else { return [] }
        return records.history(
            of: attempt.step, .failed(failure, statements: attempt.lasting, seconds: attempt.seconds)
        ).map { PipelineStatement($0) }
    }

    /// Adds a failure to the history. Whether that succeeds does not matter.
    func record(_ failure: TargetFailure?) async {
        let remarks = failureRecord(failure)
        guard !remarks.isEmpty, await connection.isOpen else { return }
        _ = try? await connection.pipeline(remarks, timeout: options.recoveryLimit)
    }

    /// The versions among some that lie below the target's and were never applied, by its history: steps that led over
    /// them. For tools whose table keeps no more than the newest version; known after a look. One round trip, and a second
    /// where the history differs from the files.
    public func passedOver(among versions: [Version], below current: Version) async -> [Version] {
        guard let orientation, orientation.records == .ready, options.rules.keepsHistory else { return [] }
        let records = records(of: orientation)
        guard let digest = await rows(of: records.digest(upTo: current)).first, let known = digest[2] else { return [] }
        let start = digest[1] == "t" ? nil : digest[0].flatMap { Version(text: $0) }
        let expected = versions.filter { version in version <= current && start.map { version > $0 } ?? true }
        guard AppliedDigest.of(expected) != known else { return [] }
        let below = expected.filter { $0 < current }
        guard !below.isEmpty else { return [] }
        return await rows(of: records.passedOver(among: below)).compactMap { $0[0].flatMap { Version(text: $0) } }
    }

    /// The answer to a question that is better not answered than in the way.
    private func rows(of question: PipelineStatement) async -> [Row] {
        let answers = try? await connection.pipeline([question], timeout: options.recoveryLimit)
        return (try? answers?.first?.result().rows).map { Array($0) } ?? []
    }

    /// How far the migration that is on its way statement by statement has got; nil where none is, or where nothing
    /// tells. Changes nothing; one round trip.
    public func progress() async -> StatementProgress? {
        guard let orientation, records != nil || orientation.records == .ready || orientation.records == .readable
        else { return nil }
        let answers = try? await connection.pipeline(
            [records(of: orientation).reading], timeout: options.recoveryLimit)
        return (try? answers?.first?.result().rows.first).flatMap(StatementProgress.init)
    }
}

extension VersionRecord {
    /// The same, with a row of `Records.reading` or `Records.readingFailures`.
    fileprivate func marked(by row: Row?) -> VersionRecord {
        guard let row else { return self }
        if let progress = StatementProgress(row) { return marked(by: progress) }
        guard let version = row[0].flatMap({ Version(text: $0) }), let direction = row[1].flatMap(Direction.init)
        else { return self }
        return marked(halfway: version, direction)
    }
}

/// The digest of applied versions, as `Records.digest` asks the server for it: not for secrecy, only to compare.
enum AppliedDigest {
    static func of(_ versions: [Version]) -> String {
        let texts = versions.map { version in
            let digits = "\(version)"
            return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
        }
        return Insecure.MD5.hash(data: Array(texts.joined(separator: ",").utf8)).hex
    }
}
