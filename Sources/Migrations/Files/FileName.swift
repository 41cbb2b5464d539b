import FleetModel

/// The name of a migration file, `VERSION_TITLE.up.EXTENSION`, read as golang-migrate reads it.
///
/// The extension is never checked, the title may be empty, upper and lower case differ, and of several `.up.` and
/// `.down.` the last one says the direction: `8_a.up.down.sql` reverts version 8 and is titled `a.up`.
struct FileName: Hashable {
    /// The digits, with leading zeros; the number may be larger than a version can be.
    let digits: Substring
    let title: String
    let direction: Direction

    /// Reads a name; `nil` when it is not a migration's.
    init?(_ name: String) {
        digits = name.leadingDigits
        let rest = name[digits.endIndex...].utf8
        guard !digits.isEmpty, rest.first == UInt8(ascii: "_"), !rest.contains(UInt8(ascii: "\n")) else { return nil }
        let named = rest.dropFirst()
        var end = named.endIndex
        while end > named.startIndex {
            end = named.index(before: end)
            guard named[end] == UInt8(ascii: ".") else { continue }
            for direction in Direction.allCases where named[end...].starts(with: ".\(direction.rawValue).".utf8) {
                title = String(named[..<end]) ?? ""
                self.direction = direction
                return
            }
        }
        return nil
    }
}
