/// Checks the bytes of a file before libyaml sees them.
enum YAMLText {
    /// - Throws: `.limit` above the size bound, `.syntax` at the first byte that is not UTF-8.
    static func check(_ bytes: [UInt8], limits: YAMLLimits) throws(YAMLFailure) {
        guard bytes.count <= limits.bytes else {
            throw YAMLFailure(
                kind: .limit, position: .start, message: "the file is larger than \(limits.bytes >> 20) MiB")
        }
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        throw YAMLFailure(
            kind: .syntax, position: firstInvalid(bytes),
            message: "the file is not UTF-8 from here on; save it as UTF-8")
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> SourcePosition {
        var (line, column) = (Int32(1), Int32(1))
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while case .valid(let character) = decoder.parseScalar(from: &iterator) {
            if character.first == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        return SourcePosition(line: line, column: column)
    }
}
