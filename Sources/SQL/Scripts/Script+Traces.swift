extension Script {
    /// Whether a text may do what no command takes back in its session: bring up a setting with a point in its name
    /// (`SET app.tenant = …`), which is empty ever after and no longer unknown; load a library; seed `random()`.
    ///
    /// Looks for words, also in DO blocks, in functions, and where they mean something else. What a function does that
    /// was there before is not seen.
    static func mayMarkSession(_ bytes: ArraySlice<UInt8>) -> Bool {
        // Letters first: of a text of 50 MB nearly no byte gets further.
        for index in bytes.indices
        where bytes[index] | 0x20 == UInt8(ascii: "s") || bytes[index] | 0x20 == UInt8(ascii: "l") {
            guard !bytes.hasName(at: index - 1), let word = marking.first(where: { bytes.names($0, at: index) }) else {
                continue
            }
            let end = index + word.count
            if word == set ? bytes.mayNameSetting(at: end) : !bytes.hasName(at: end) { return true }
        }
        return false
    }

    private static let set = Array("set".utf8)
    private static let marking = ["set_config", "setseed", "load", "set"].map { Array($0.utf8) }
    fileprivate static let scopes = ["session", "local"].map { Array($0.utf8) }
}

extension ArraySlice<UInt8> {
    /// Whether what stands behind SET may be a setting with a point in its name, or is put together when it is run.
    fileprivate func mayNameSetting(at place: Int) -> Bool {
        guard !hasName(at: place) else { return false }
        var start = Whitespace.end(in: self[place...])
        if let scope = Script.scopes.first(where: { names($0, at: start) }), !hasName(at: start + scope.count) {
            start = Whitespace.end(in: self[(start + scope.count)...])
        }
        guard start < endIndex else { return true }
        if [UInt8(ascii: "%"), UInt8(ascii: "'"), UInt8(ascii: "|")].contains(self[start]) { return true }
        let isQuoted = self[start] == UInt8(ascii: "\"")
        let rest = self[(isQuoted ? start + 1 : start)...]
        guard let stop = rest.firstIndex(where: { isQuoted ? $0 == UInt8(ascii: "\"") : !$0.isOfName }) else {
            return isQuoted
        }
        let after = Whitespace.end(in: self[(isQuoted ? stop + 1 : stop)...])
        return after < endIndex && self[after] == UInt8(ascii: ".")
    }

    /// Whether a word goes on at a place.
    fileprivate func hasName(at place: Int) -> Bool { indices.contains(place) && self[place].isOfName }
}

extension UInt8 {
    /// Whether it may stand in a name without quotes; all that is not ASCII may.
    fileprivate var isOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}
