/// The name as SQL reads it back unchanged, whatever characters it has: `my "table"` becomes `"my ""table"""`.
///
/// The server cuts names at 63 bytes and refuses NUL; neither is checked here.
public func quotedIdentifier(_ name: String) -> String {
    "\"" + name.doubling("\"") + "\""
}

/// The text as an SQL literal that means the same whatever `standard_conforming_strings` is set to.
///
/// A text with a backslash becomes an `E'…'` literal, as with libpq's PQescapeLiteral.
public func quotedLiteral(_ text: String) -> String {
    let quoted = "'" + text.doubling("'") + "'"
    return text.utf8.contains(UInt8(ascii: "\\")) ? " E" + quoted.doubling("\\") : quoted
}

extension String {
    /// By scalar and not by character: a quote followed by a combining mark is one Character that equals no quote.
    fileprivate func doubling(_ special: Unicode.Scalar) -> String {
        // Nearly no name and no literal has one, and scalars are slow.
        guard utf8.contains(UInt8(truncatingIfNeeded: special.value)) else { return self }
        var doubled = String.UnicodeScalarView()
        doubled.reserveCapacity(unicodeScalars.count + 2)
        for scalar in unicodeScalars {
            doubled.append(scalar)
            if scalar == special { doubled.append(scalar) }
        }
        return String(doubled)
    }
}
