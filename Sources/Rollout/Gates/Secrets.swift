import FleetModel
import Inventory

/// Looks up what the texts of gates and hooks refer to. A plan holds the references and never what they stand for.
struct Secrets: Sendable {
    let resolver: SecretResolver
    /// The inventory's folder, for references to files.
    let directory: String

    /// The text with its references replaced.
    func resolve(_ text: String) async throws(TargetFailure) -> String {
        do {
            return try await resolver.resolve(SecretText(referring: text, in: directory))
        } catch {
            throw TargetFailure(
                kind: .configuration, message: "\(error)",
                remedy: "Provide the secret that the inventory refers to, or correct the inventory.")
        }
    }

    /// Headers with their references replaced, by name.
    func resolve(_ headers: [String: String]) async throws(TargetFailure) -> [(name: String, value: String)] {
        var resolved: [(name: String, value: String)] = []
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            resolved.append((name, try await resolve(value)))
        }
        return resolved
    }
}
