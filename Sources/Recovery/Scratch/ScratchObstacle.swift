/// Why scratch tells nothing.
public struct ScratchObstacle: Error, Sendable, Hashable {
    /// What kind.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// No scratch server came about: PostgreSQL's programs are missing, or it cannot be set up.
        case noScratch = "no_scratch"
        /// A migration fails there.
        case notReplayable = "not_replayable"
    }

    /// To decide on.
    public let kind: Kind
    /// A sentence.
    public let message: String
}
