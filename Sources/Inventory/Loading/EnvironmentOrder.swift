internal import FleetModel

/// Brings environments into the order of a rollout.
struct EnvironmentOrder {
    /// A name in `after`, and where it stands.
    struct Reference {
        let name: String
        let field: Field
    }

    /// An environment that was read.
    struct Item {
        let environment: Environment
        let field: Field
        let after: [Reference]
    }

    private var items: [String: Item] = [:]
    private var ordered: [Environment] = []
    private var finished: Set<String> = []
    private var trail: [String] = []

    /// Each environment after those that it names, otherwise in the order given. Unknown names and circles are logged.
    ///
    /// - Parameter names: every name in the file, those of environments that could not be read included.
    static func ordered(_ items: [Item], names: [String]) -> [Environment] {
        var order = EnvironmentOrder()
        for item in items { order.items[item.environment.name] = item }
        for item in items {
            for reference in item.after where !names.contains(reference.name) {
                let ending = Suggestion.ending(for: reference.name, among: names)
                reference.field.error(.unknownName, "no environment is called `\(reference.name)`\(ending)")
            }
        }
        for item in items { order.visit(item) }
        return order.ordered
    }

    private mutating func visit(_ item: Item) {
        let name = item.environment.name
        guard !finished.contains(name) else { return }
        trail.append(name)
        for reference in item.after {
            if let start = trail.firstIndex(of: reference.name) {
                let circle = (trail[start...] + [reference.name]).joined(separator: " → ")
                reference.field.error(.cycle, "environments wait for each other in a circle: \(circle)")
            } else if let next = items[reference.name] {
                visit(next)
            }
        }
        trail.removeLast()
        if finished.insert(name).inserted { ordered.append(item.environment) }
    }
}
