/// Where the secrets of a fleet come from, so that whoever runs pgfleet elsewhere can provide them there. No secret is in it.
public struct SecretSources: Sendable, Hashable {
    /// The environment variables, sorted.
    public let variables: [String]
    /// The files, as absolute paths, sorted.
    public let files: [String]
    /// Whether commands are run for some.
    public let hasCommands: Bool
}

extension Fleet {
    /// What reaching the targets, the store and the server for scratch refers to.
    public var secretSources: SecretSources {
        var (variables, files, hasCommands): (Set<String>, Set<String>, Bool) = ([], [], false)
        let accesses = environments.flatMap { $0.targets.map(\.access) + $0.discoveries.map(\.access) }
        var texts = accesses.flatMap(\.keywords.values)
        if case .postgres(let text) = store { texts.append(text) }
        if let scratchServer { texts += scratchServer.keywords.values }
        for case .reference(let reference) in texts.lazy.flatMap(\.parts) {
            switch reference {
            case .environment(let name): variables.insert(name)
            case .file(let path): files.insert(path)
            case .command: hasCommands = true
            }
        }
        return SecretSources(variables: variables.sorted(), files: files.sorted(), hasCommands: hasCommands)
    }
}
