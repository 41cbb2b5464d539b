/// CRC-32 with the reflected polynomial of IEEE 802.3, as zlib, Go and Java compute it.
struct CRC32 {
    private var remainder = UInt32.max

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in
            remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320
        }
    }

    mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            remainder = remainder >> 8 ^ Self.table[Int((remainder ^ UInt32(byte)) & 0xFF)]
        }
    }

    var value: UInt32 { ~remainder }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = CRC32()
        sum.update(bytes)
        return sum.value
    }
}
