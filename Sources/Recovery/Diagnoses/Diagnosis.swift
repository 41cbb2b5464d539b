public import FleetModel
public import Migrations
internal import Schema

/// What was found out about a dirty target.
public struct Diagnosis: Sendable {
    /// What it comes to.
    public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
        /// Someone is still at work on it; nothing was looked at.
        case atWork = "at_work"
        /// The schema is exactly that of one hypothesis.
        case proven
        /// The schema is exactly that of several hypotheses, between which statements decide that no schema shows.
        case ambiguous
        /// The schema is exactly that of a version that no attempt leads to or begins on.
        case elsewhere
        /// No hypothesis has this schema.
        case noMatch = "no_match"
        /// Scratch cannot replay the migrations.
        case notReplayable = "not_replayable"
        /// There is no scratch server.
        case noScratch = "no_scratch"
    }

    /// What the version table says.
    public let found: VersionState
    /// How far the migration got by the target's own account.
    public let progress: StatementProgress?
    /// What it comes to.
    public internal(set) var verdict = Verdict.noMatch
    /// Who is at work.
    public internal(set) var workers: [OtherSession] = []
    /// The attempts that were looked at.
    public internal(set) var attempts: [Attempt] = []
    /// The hypotheses that have the target's schema.
    public internal(set) var matches: [Hypothesis] = []
    /// Whether the target's own progress decided between hypotheses, or what someone said.
    public internal(set) var witness: Witness?
    /// The versions whose schema the target has.
    public internal(set) var versions: [Version?] = []
    /// The hypothesis that comes nearest, where none has the target's schema.
    public internal(set) var nearest: Hypothesis?
    /// Statements that ran, or did not, whatever the schema says.
    public internal(set) var unprovable: [UnprovableStatement] = []
    /// The ways out, the safest first.
    public internal(set) var ways: [Way] = []
    /// What could not be looked at, and why.
    public internal(set) var remarks: [String] = []

    /// How the schema was looked at, and what it was.
    var scope = CatalogScope()
    var live: SchemaFingerprint?

    /// What told between hypotheses of one schema.
    public enum Witness: String, Sendable, Hashable, Codable {
        /// `pgfleet.progress` agrees with one of them.
        case progress
        /// `pgfleet.progress` tells something that the schema contradicts, so it was not believed.
        case contradicted
        /// The operator said how many statements lasted.
        case `operator`
    }

    init(found: VersionState, progress: StatementProgress?) {
        self.found = found
        self.progress = progress
    }

    /// The way that is taken where none is named: the first that is proven and that nothing unknown decides on.
    public var safest: Way? { ways.first(where: \.isSafe) }
}
