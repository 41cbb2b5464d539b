import ArgumentParser
import Inventory

/// Which targets a command is about.
struct SelectorOptions: ParsableArguments {
    @Option(
        name: .customLong("env"), help: ArgumentHelp("Only this environment; may be repeated.", valueName: "name"),
        completion: EnvironmentNames.completion)
    var environments: [String] = []

    @Option(name: .customLong("host"), help: ArgumentHelp("Only hosts that fit; may be repeated.", valueName: "glob"))
    var hosts: [String] = []

    @Option(
        name: .customLong("target"), help: ArgumentHelp("Only targets that fit; may be repeated.", valueName: "glob"))
    var targets: [String] = []

    @Option(
        name: .customLong("label"),
        help: ArgumentHelp("Only targets with this label; may be repeated.", valueName: "k=v"))
    var labels: [String] = []

    /// The same words again, for a plan's record.
    var words: [String] {
        environments.map { "--env \($0)" } + hosts.map { "--host \($0)" } + targets.map { "--target \($0)" }
            + labels.map { "--label \($0)" }
    }

    func selector() throws(SelectionError) -> Selector {
        try Selector(environments: environments, hosts: hosts, targets: targets, labels: labels)
    }
}
