/// What a web address answered, whatever its status.
public struct WebAnswer: Sendable, Hashable {
    /// The HTTP status, such as 200.
    public let status: Int
    /// The beginning of the body, up to the request's limit. Bytes that are no UTF-8 are replaced by U+FFFD.
    public let body: String
    /// Whether there was more than the limit.
    public let isCut: Bool

    /// The status is one of 200 to 299.
    public var isSuccess: Bool { 200..<300 ~= status }
}

extension WebAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the body, which is whatever the other side likes.
    public var description: String { "status \(status), \(body.utf8.count) bytes\(isCut ? ", cut" : "")" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["status": status, "isCut": isCut]) }
}
