import Testing

@testable import Rollout

@Suite("Connections kept between a look and a migration")
struct IdleSessionsTests {
    @Test(arguments: [(20, 5), (100, 25), (200, 50), (256, 64), (5000, 64)])
    func `a server lends a quarter of its connections and never more than 64`(connections: Int, kept: Int) {
        #expect(IdleSessions.limit(onServerTaking: connections) == kept)
    }

    @Test func `a server that did not tell how many it takes lends few`() {
        #expect(IdleSessions.limit(onServerTaking: nil) == 8)
    }
}
