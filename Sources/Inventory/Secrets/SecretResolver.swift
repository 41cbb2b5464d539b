internal import FoundationEssentials

/// Looks up what texts refer to, each source once per run: one `vault read` serves all targets.
///
/// Failures are kept as well, so a broken command is not started again for each of a thousand targets.
public actor SecretResolver {
    private let environment: [String: String]
    private let commandLimit: Duration
    private let freshFor: Duration
    private var lookups: [SecretReference: Lookup] = [:]

    private struct Lookup {
        let task: Task<Result<String, SecretFailure>, Never>
        let since: ContinuousClock.Instant
    }

    /// The most that a file or a command may give.
    public static let byteLimit = 64 << 10

    /// Makes a resolver that has looked up nothing yet.
    ///
    /// - Parameters:
    ///   - environment: what `${env:…}` sees, by default the process's own; commands inherit the process's own.
    ///   - commandLimit: how long a command may run before it is killed.
    ///   - freshFor: how long what was looked up is not looked up again, whatever becomes of it.
    public init(
        environment: [String: String]? = nil, commandLimit: Duration = .seconds(30),
        freshFor: Duration = .seconds(30)
    ) {
        self.environment = environment ?? ProcessInfo.processInfo.environment
        self.commandLimit = commandLimit
        self.freshFor = freshFor
    }

    /// The text with its references replaced. One trailing line break of a file or of a command's output is cut.
    public func resolve(_ text: SecretText) async throws(SecretError) -> String {
        var whole = ""
        for part in text.parts {
            switch part {
            case .literal(let text): whole += text
            case .reference(let reference):
                switch await lookup(reference).value {
                case .success(let value): whole += value
                case .failure(let failure): throw SecretError(failure.reason, at: text.place)
                }
            }
        }
        return whole
    }

    /// A task of its own, because several callers wait for one lookup and the first may be cancelled; it ends within
    /// the limit by itself.
    private func lookup(_ reference: SecretReference) -> Task<Result<String, SecretFailure>, Never> {
        if let known = lookups[reference] { return known.task }
        let (environment, limit) = (environment, commandLimit)
        let task = Task(name: "look up a secret") {
            await Self.read(reference, environment: environment, commandLimit: limit)
        }
        lookups[reference] = Lookup(task: task, since: .now)
        return task
    }

    /// Lets what the text refers to be looked up again, for a server refused it: a token may have expired.
    ///
    /// What was looked up a moment ago is kept, so that a wrong password costs one more lookup and not one for each of
    /// a thousand targets.
    func doubt(_ text: SecretText) {
        for case .reference(let reference) in text.parts {
            if let known = lookups[reference], .now - known.since >= freshFor { lookups[reference] = nil }
        }
    }

    private static func read(
        _ reference: SecretReference, environment: [String: String], commandLimit: Duration
    ) async -> Result<String, SecretFailure> {
        switch reference {
        case .environment(let name):
            environment[name].map { .success($0) } ?? .failure(SecretFailure(.variableNotSet(name)))
        case .file(let path): await SecretFile.read(path, limit: byteLimit)
        case .command(let line): await SecretCommand.run(line, limit: byteLimit, time: commandLimit)
        }
    }
}

/// Why a lookup failed, wherever it was asked for.
struct SecretFailure: Error {
    let reason: SecretError.Reason

    init(_ reason: SecretError.Reason) { self.reason = reason }

    /// Output as text, without its last line break.
    static func text(of bytes: [UInt8]) -> Result<String, SecretFailure> {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(SecretFailure(.notText))
        }
        guard let last = text.last, last.isNewline else { return .success(text) }
        return .success(String(text.dropLast()))
    }
}
