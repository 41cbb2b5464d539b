import ArgumentParser
import Foundation
import Inventory

/// What a shell offers after `--env`: the names in the inventory that the line names, or that is used by default.
enum EnvironmentNames {
    static let completion = CompletionKind.custom { words, _, prefix in
        names(words).filter { $0.hasPrefix(prefix) }
    }

    /// In the order of the file; none where it cannot be read or has a mistake. Connects to nothing and prints nothing.
    static func names(_ words: [String]) -> [String] {
        let file = named(in: words) ?? ProcessInfo.processInfo.environment["PGFLEET_CONFIG"] ?? "fleet.yaml"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let fleet = try? Fleet(yaml: text, file: file)
        else { return [] }
        return fleet.environments.map(\.name)
    }

    /// The value of `--config` in the words of a command line.
    private static func named(in words: [String]) -> String? {
        for (index, word) in words.enumerated().reversed() {
            if word.hasPrefix("--config=") { return String(word.dropFirst(9)) }
            if ["--config", "-c"].contains(word), index + 1 < words.count { return words[index + 1] }
        }
        return nil
    }
}
