import ArgumentParser

/// Of which rollout an operator asks something, and why.
struct RequestOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Why; it is recorded.", valueName: "text"))
    var reason: String?

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"
}

/// Of which target of a rollout an operator asks something, and why.
struct TargetRequestOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Why; it is recorded.", valueName: "text"))
    var reason: String?

    @Argument(help: "The target's name, as 'pgfleet targets' prints it.")
    var target: String

    @Option(help: "The rollout's name, the beginning of it, or 'last'.")
    var rollout = "last"
}

/// What is approved or rejected.
struct ScopeOptions: ParsableArguments {
    @Option(
        name: .customLong("scope"),
        help: ArgumentHelp(
            "What is meant: an environment, or environment/wave for what comes after a wave. By default what waits.",
            valueName: "scope"))
    var text: String?
}
