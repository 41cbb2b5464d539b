/// A request that a test's web server got.
public struct WebArrival: Sendable, Hashable {
    /// Such as `POST`.
    public let method: String
    /// With the query, as it was sent.
    public let path: String
    /// By lower-case name; several of one name are joined by a comma.
    public let headers: [String: String]
    public let body: String
}

/// What a test's web server does with a request.
public enum WebReply: Sendable {
    /// A whole answer.
    case answer(Int, String = "", headers: [String: String] = [:])
    /// Status 200 and these bytes.
    case bytes([UInt8])
    /// Nothing at all, for as long as the client waits.
    case silence
    /// Status 200 at once and one byte of a body every 10 ms, without end.
    case drip
    /// Status 200 and a body without end, as fast as the client takes it.
    case endless
    /// Status 200, a part of the body that was announced, and the end of the connection.
    case half
    /// Something that is no HTTP.
    case gibberish
}
