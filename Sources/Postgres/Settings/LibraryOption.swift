internal import CLibPQ

/// One of libpq's connection options, as PQconninfoParse and PQconninfo list them.
struct LibraryOption {
    let keyword: String
    /// Nil where it is not set.
    let value: String?
    /// libpq marks what should be hidden when it is entered with `*`.
    let isSecret: Bool
    /// libpq marks what users should not see with `D`.
    let isForDebugging: Bool

    /// Copies one of libpq's arrays, which end with an option without a keyword.
    static func all(in list: UnsafeMutablePointer<PQconninfoOption>) -> [LibraryOption] {
        var options: [LibraryOption] = []
        var next = unsafe list
        while let keyword = unsafe next.pointee.keyword {
            let mark = unsafe next.pointee.dispchar.map { unsafe String(cString: $0) } ?? ""
            options.append(
                LibraryOption(
                    keyword: unsafe String(cString: keyword),
                    value: unsafe next.pointee.val.map { unsafe String(cString: $0) }, isSecret: mark == "*",
                    isForDebugging: mark == "D"))
            unsafe next += 1
        }
        return options
    }
}
