import ArgumentParser

/// What the operator agrees to beforehand.
struct ConsentOptions: ParsableArguments {
    @Flag(name: [.long, .customShort("y")], help: "Begin without a question. Approves nothing.")
    var yes = false

    @Option(
        name: .customLong("approve"),
        help: ArgumentHelp(
            "Approve this beforehand, where the inventory lets who starts the rollout do so: an environment, or "
                + "environment/wave. May be repeated.", valueName: "scope"),
        completion: EnvironmentNames.completion)
    var approved: [String] = []

    @Flag(help: "Wait here for approvals that are given from elsewhere, instead of leaving with exit code 5.")
    var wait = false
}
