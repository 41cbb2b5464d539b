/// Something of the user's that is done around a rollout, an environment, a wave, a host or a target.
public struct Hook: Sendable, Hashable, Codable {
    /// What is done. Texts hold references to secrets, never the secrets.
    public enum Action: Sendable, Hashable, Codable {
        /// SQL, on the target that the hook belongs to or on the one that is named.
        case sql(text: String, target: TargetID?)
        /// A line for `sh -c`; what it is about stands in environment variables that begin with `PGFLEET_`.
        case command(line: String)
        /// A JSON document that says what it is about is posted to the address.
        case webhook(address: String, headers: [String: String])
    }

    /// What people call it.
    public let name: String
    /// What is done.
    public let action: Action
    /// How long it may take.
    public let timeoutSeconds: Double

    /// Makes a hook.
    public init(name: String, action: Action, timeoutSeconds: Double = 60) {
        self.name = name
        self.action = action
        self.timeoutSeconds = timeoutSeconds
    }
}

/// The hooks of one thing.
public struct HookSet: Sendable, Hashable, Codable {
    /// Done before it, in order. One that fails keeps it from beginning.
    public let before: [Hook]
    /// Done after it, in order, however it went. One that fails is told, and changes nothing.
    public let after: [Hook]

    /// Makes a set.
    public init(before: [Hook] = [], after: [Hook] = []) {
        self.before = before
        self.after = after
    }

    /// The hooks of a moment.
    public subscript(moment: HookID.Moment) -> [Hook] {
        switch moment {
        case .before: before
        case .after: after
        }
    }
}

/// What hooks are around.
public enum HookPoint: Sendable, Hashable, Codable {
    /// The whole rollout.
    case rollout
    /// An environment: from before its first wave until after its last one.
    case environment(name: String)
    /// A wave.
    case wave(environment: String, name: String)
    /// A host in an environment: from before the first wave that has targets on it until after the last wave.
    case host(environment: String, name: String)
    /// A target: right before its first migration and right after its last one.
    case target(id: TargetID)
}

extension HookPoint: CustomStringConvertible {
    public var description: String {
        switch self {
        case .rollout: "the rollout"
        case .environment(let name): name
        case .wave(let environment, let name): "\(environment)/\(name)"
        case .host(let environment, let name): "host \(name) of \(environment)"
        case .target(let id): id.rawValue
        }
    }
}

/// One hook of a plan, by its place.
public struct HookID: Sendable, Hashable, Codable {
    /// When it is done.
    public enum Moment: String, Sendable, Hashable, Codable, CaseIterable {
        case before, after
    }

    /// What it is around.
    public let point: HookPoint
    /// When it is done.
    public let moment: Moment
    /// Index among the hooks of that point and moment.
    public let index: Int

    /// Makes a place.
    public init(point: HookPoint, moment: Moment, index: Int) {
        self.point = point
        self.moment = moment
        self.index = index
    }
}

/// What came of a hook.
public struct HookReport: Sendable, Hashable, Codable {
    /// What people call it.
    public let name: String
    /// How long it took.
    public let seconds: Double
    /// The beginning of what it printed or answered; nil when that was nothing.
    public let output: String?
    /// Why it failed; nil when it did not.
    public let failure: TargetFailure?

    /// Makes a report.
    public init(name: String, seconds: Double, output: String? = nil, failure: TargetFailure? = nil) {
        self.name = name
        self.seconds = seconds
        self.output = output
        self.failure = failure
    }
}
