/// The number that a migration's file name begins with.
///
/// "No migration is applied" is not a version: it is written as `Version?` being `nil`, so that nobody computes with -1.
/// Versions have gaps; the one before 9 is the one before it among the files and is never found by arithmetic.
public struct Version: Sendable, Hashable, Comparable {
    /// 0 to 2^63 - 1, the range that a `bigint` column can hold.
    public let number: UInt64

    /// The largest number that a version table's `bigint` column can hold.
    public static let largestNumber = UInt64(Int64.max)

    /// Makes a version from its number; `nil` above `largestNumber`.
    public init?(_ number: UInt64) {
        guard number <= Self.largestNumber else { return nil }
        self.number = number
    }

    /// Reads decimal digits; leading zeros are insignificant. `nil` for anything else.
    public init?(text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt64(text)
        else { return nil }
        self.init(number)
    }

    public static func < (left: Version, right: Version) -> Bool { left.number < right.number }
}

extension Version: ExpressibleByIntegerLiteral {
    /// For tests and samples; a literal cannot exceed `largestNumber` because it is an `Int64`.
    public init(integerLiteral value: Int64) { number = UInt64(value.magnitude) }
}

extension Version: CustomStringConvertible {
    public var description: String { String(number) }
}

extension Version: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let version = Version(try container.decode(UInt64.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a version is at most 2^63 - 1")
        }
        self = version
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}
