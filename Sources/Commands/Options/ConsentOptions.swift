import ArgumentParser

/// What the operator agrees to beforehand.
struct ConsentOptions: ParsableArguments {
    @Flag(name: [.long, .customShort("y")], help: "Start without a question, and approve every environment.")
    var yes = false

    @Option(
        name: .customLong("approve"),
        help: ArgumentHelp("Approve this environment beforehand; may be repeated.", valueName: "environment"))
    var approved: [String] = []

    /// What was agreed to, as a value.
    var given: Consent { Consent(toEverything: yes, approved: Set(approved)) }
}

/// Which environments need no further question.
struct Consent: Sendable {
    let toEverything: Bool
    let approved: Set<String>

    /// No question at all.
    static let full = Consent(toEverything: true, approved: [])

    func covers(_ environment: String) -> Bool { toEverything || approved.contains(environment) }
}
