/// Why something could not be done on scratch. Nothing of the fleet is concerned.
public struct ScratchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened.
    public enum Reason: Sendable, Hashable {
        /// No server came about; why.
        case noServer(String)
        /// A statement or file that sets a database up failed; what the server said.
        case setUp(String, String)
        /// The prelude cannot be read.
        case unreadablePrelude(String)
        /// A migration fails on scratch: which, and what the server said.
        case migration(String)
    }

    /// To decide on.
    public let reason: Reason

    init(_ reason: Reason) { self.reason = reason }

    public var description: String {
        switch reason {
        case .noServer(let why): "no scratch server: \(why)"
        case .setUp(let what, let why):
            "scratch could not be set up: \(what): \(why). Look at `scratch:` in fleet.yaml"
        case .unreadablePrelude(let file): "scratch could not be set up: \(file) cannot be read as UTF-8"
        case .migration(let why):
            "the migrations cannot be replayed on scratch: \(why). "
                + "If they need extensions or roles, name them under `scratch:` in fleet.yaml"
        }
    }
}
