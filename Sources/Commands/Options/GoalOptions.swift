import ArgumentParser
import FleetModel

/// Where a rollout goes.
struct GoalOptions: ParsableArguments {
    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The version, 'none' for nothing applied, or 'latest'.", valueName: "version"))
    var version: GoalArgument = .latest

    @Flag(help: "Let targets above the version be taken down to it.")
    var allowDown = false

    @Option(
        help: ArgumentHelp(
            "Go on although a version has not passed the environments that it has to pass first. It is recorded.",
            valueName: "reason"))
    var override: String?
}

/// `--to`: a version, `latest` or `none`.
struct GoalArgument: ExpressibleByArgument, CustomStringConvertible {
    let goal: Goal

    static let latest = GoalArgument(goal: .latest)

    init(goal: Goal) { self.goal = goal }

    init?(argument: String) {
        switch argument {
        case "latest": goal = .latest
        // golang-migrate's number of "nothing applied".
        case "none", "-1": goal = .version(nil)
        default:
            guard let version = Version(text: argument) else { return nil }
            goal = .version(version)
        }
    }

    var description: String { goal.description }
    var defaultValueDescription: String { description }
}
