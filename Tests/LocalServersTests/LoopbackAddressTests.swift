import LocalServers
import Testing

@Suite("Loopback addresses")
struct LoopbackAddressTests {
    @Test(arguments: [
        ("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("127.1.2.3", "127.1.2.3"), ("::1", "::1"),
    ])
    func `loopback has several spellings`(host: String, address: String) {
        #expect(LoopbackAddress(host)?.description == address)
    }

    @Test(arguments: [
        "10.0.0.1", "db.example", "127.0.0", "127.0.0.1.example", "127.0.0.256", "0.0.0.0", "::", "*", "",
    ])
    func `nothing else is loopback`(host: String) {
        #expect(LoopbackAddress(host) == nil)
    }
}
