import LocalServers

/// The directory of everything that this test process starts; it goes with the process.
///
/// Swift Testing has no hook after all tests, and a killed process runs no hook at all.
struct Watchdog: Sendable {
    private let whole: FleetingDirectory
    var directory: String { whole.path }

    /// One per test process.
    static let shared = Result { try Watchdog(whole: FleetingDirectory(named: "pgfleet-test")) }
}

/// A fault of the test fixture itself, not of the code under test.
public struct TestServerError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
