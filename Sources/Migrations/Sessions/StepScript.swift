internal import SQL

/// The text that applies one step in one transaction together with its version row, sent as one message.
///
/// `BEGIN; settings; body; version row; history; COMMIT; cleanup`. PostgreSQL ends a text at its first error, so what failed is
/// known from the number of statements that completed, and a position in the whole text is one in the file.
struct StepScript {
    let text: String
    private let script: Script?
    private let prefix: String
    private let before: Int
    private let after: Int

    init(_ script: Script?, _ place: StepPlace, history: [String] = []) {
        let table = place.table
        let creation = place.createsTable ? table.creation : []
        // Before the file, whose statements may name it, as golang-migrate does; but SET TRANSACTION comes before all.
        let comesLater = script?.setsTransaction ?? false
        let before =
            ["BEGIN"] + place.settings.statements(local: true) + (comesLater ? [] : creation)
            + place.settings.assuming(local: true)
        let after =
            (script?.statements ?? []).compactMap { $0.index?.refusalOfInvalid } + SessionSettings.ownIdentity
            + (comesLater ? creation : []) + table.recording(place.recorded) + history + ["COMMIT"]
        let prefix = before.joined(separator: ";") + ";"
        let suffix = (after + SessionSettings.cleanup).joined(separator: ";")
        let body = script?.body ?? ""
        // The line break ends a comment on the file's last line.
        text = prefix + body + "\n;" + suffix
        self.script = script
        self.prefix = prefix
        self.before = before.count
        self.after = after.count
    }

    /// How many statements may take their time: the file's and COMMIT. A text that the grammar could not read has no more
    /// than it has semicolons, and one.
    func longStatements() -> Int {
        guard let script else { return 1 }
        guard script.refusal != nil else { return script.statements.count + 1 }
        return script.text.utf8.count { $0 == UInt8(ascii: ";") } + 2
    }

    /// Where a failure lies.
    enum Location: Equatable {
        /// Before the file's first statement.
        case before
        /// In the file: the statement's index where it is known, and the character from 1 where the server named it.
        case body(statement: Int?, character: Int?)
        /// While the version was recorded or committed.
        case recording
        /// After the transaction was committed.
        case committed
    }

    /// Finds where the server stopped.
    func location(completed: Int, position: Int?) -> Location {
        if let character = position.map({ $0 - prefix.unicodeScalars.count }), let script,
            (1...max(1, script.text.unicodeScalars.count)).contains(character)
        {
            return .body(statement: script.statement(atCharacter: character), character: character)
        }
        guard completed >= before else { return .before }
        guard let script, script.refusal == nil else {
            // How many statements the grammar could not tell; the server stopped in the file or while recording.
            return .body(statement: nil, character: nil)
        }
        let index = completed - before
        if index < script.statements.count { return .body(statement: index, character: nil) }
        return index < script.statements.count + after ? .recording : .committed
    }
}
