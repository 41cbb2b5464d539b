internal import FleetModel

/// A secret that could not be looked up: where the inventory asks for it, and why it is not there. Never its value.
public struct SecretError: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Reason: Sendable, Hashable {
        /// The environment variable is not set.
        case variableNotSet(String)
        /// The file cannot be read; the second value says why.
        case fileUnreadable(String, String)
        /// The file or the command's output has more bytes than are taken for a secret.
        case tooLarge(limit: Int)
        /// The file or the command's output is not UTF-8, or has a NUL character.
        case notText
        /// The command could not be started.
        case commandNotStarted
        /// The command ended with this status (128 and more: by a signal).
        case commandFailed(Int)
        /// The command did not end in time.
        case commandTimedOut(Duration)
        /// The command printed nothing.
        case commandPrintedNothing
        /// The one who asked was cancelled.
        case cancelled
    }

    /// What a program decides on.
    public let reason: Reason
    /// Where the inventory asks for it; `nil` only for text that did not come from a file.
    public let place: SourcePlace?

    package init(_ reason: Reason, at place: SourcePlace?) {
        self.reason = reason
        self.place = place
    }
}

extension SecretError: CustomStringConvertible {
    public var description: String {
        let what = reason.description
        return place.map { "\($0): \(what)" } ?? what
    }
}

extension SecretError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .variableNotSet(let name): "the environment variable \(name) is not set"
        case .fileUnreadable(let path, let why): "the file \(path) cannot be read: \(why)"
        case .tooLarge(let limit): "more than \(limit) bytes were given where a secret was expected"
        case .notText: "what was given for the secret is not text in UTF-8"
        case .commandNotStarted: "the command could not be started"
        case .commandFailed(let status): "the command ended with status \(status); run it by hand to see why"
        case .commandTimedOut(let limit): "the command did not end within \(DurationText.text(limit))"
        case .commandPrintedNothing: "the command printed nothing"
        case .cancelled: "the lookup of the secret was cancelled"
        }
    }
}
