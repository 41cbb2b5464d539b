/// Something that must hold before the next wave starts. It is asked again and again while the wave bakes, and must
/// hold at the end.
///
/// No answer within `timeoutSeconds` is a no.
public struct GateCheck: Sendable, Hashable, Codable {
    /// Unique in its wave.
    public let name: String
    /// What is asked.
    public let question: GateQuestion
    /// From the start of one sample to the start of the next; above 0.
    public let intervalSeconds: Double
    /// How long one answer may take.
    public let timeoutSeconds: Double
    /// How many samples may say no before the gate does.
    public let failureLimit: Int
    /// How long after the bake time the gate waits for a yes, where `failureLimit` lets it wait.
    public let deadlineSeconds: Double

    /// Makes a check; every 30 s, answered within 30 s, no failure, 10 minutes.
    public init(
        name: String, question: GateQuestion, intervalSeconds: Double = 30, timeoutSeconds: Double = 30,
        failureLimit: Int = 0, deadlineSeconds: Double = 600
    ) {
        self.name = name
        self.question = question
        self.intervalSeconds = intervalSeconds
        self.timeoutSeconds = timeoutSeconds
        self.failureLimit = failureLimit
        self.deadlineSeconds = deadlineSeconds
    }
}

/// What a check asks. Addresses and headers hold references to secrets, never the secrets.
public enum GateQuestion: Sendable, Hashable, Codable {
    /// SQL that must answer one true value, on each target that the wave changed or on the one that is named.
    case sql(text: String, target: TargetID?)
    /// SQL that answers one number, which may lie above what it was before the wave by so much and no more.
    case increase(text: String, target: TargetID?, limit: Increase)
    /// An address that must answer with a status from 200 to 299, or the one given, and a text in its body.
    case http(address: String, headers: [String: String], status: Int?, contains: String?)
    /// A query whose values must all lie within the bounds.
    case prometheus(address: String, query: String, headers: [String: String], min: Double?, max: Double?)
    /// How far the standbys of each target that the wave changed may lag, in seconds of replay.
    case replicationLag(seconds: Double)
    /// The `.verify.sql` files of the migrations that ran must each answer one true value on each changed target.
    case verifyFiles

    /// How much more a number may be.
    public enum Increase: Sendable, Hashable, Codable {
        /// Percent of the number before; of nothing, any increase is too much.
        case percent(Double)
        /// So much.
        case amount(Double)

        /// The largest number that is allowed after `before`.
        public func bound(after before: Double) -> Double {
            switch self {
            case .percent(let percent): before + abs(before) * percent / 100
            case .amount(let amount): before + amount
            }
        }
    }
}

/// A number as it was before a wave, for a check that compares with it.
public struct Baseline: Sendable, Hashable, Codable {
    /// The check's name.
    public let check: String
    /// Where it was asked.
    public let target: TargetID
    /// What it was.
    public let value: Double

    /// Makes a baseline.
    public init(check: String, target: TargetID, value: Double) {
        self.check = check
        self.target = target
        self.value = value
    }
}
