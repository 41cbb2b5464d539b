import ArgumentParser

/// What the operator agrees to beforehand.
struct ConsentOptions: ParsableArguments {
    @Flag(name: [.long, .customShort("y")], help: "Begin without a question. Approves nothing.")
    var yes = false

    @Option(
        name: .customLong("approve"),
        help: ArgumentHelp("Approve this environment beforehand; may be repeated.", valueName: "environment"))
    var approved: [String] = []
}
