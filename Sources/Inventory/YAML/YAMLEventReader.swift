internal import CLibYAML

/// Reads events off libyaml, one at a time.
///
/// Holds C memory that points into `bytes`, so it lives only inside `withEvents`.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Lends a reader over `bytes`, which must be valid UTF-8.
    static func withEvents<Result>(
        of bytes: [UInt8], _ body: (borrowing YAMLEventReader) throws(YAMLFailure) -> Result
    ) throws(YAMLFailure) -> Result {
        let outcome: Swift.Result<Result, YAMLFailure> = bytes.withUnsafeBufferPointer { buffer in
            let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
            defer { parser.deallocate() }
            guard yaml_parser_initialize(parser) == 1 else {
                return .failure(YAMLFailure(kind: .limit, position: .start, message: "out of memory"))
            }
            defer { yaml_parser_delete(parser) }
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            return Swift.Result { () throws(YAMLFailure) in try body(YAMLEventReader(parser: parser)) }
        }
        return try outcome.get()
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>) { self.parser = parser }

    /// The next event and where it begins. After `streamEnd` it is `streamEnd` again.
    func next() throws(YAMLFailure) -> (event: YAMLEvent, position: SourcePosition) {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { yaml_event_delete(&event) }
            let position = SourcePosition(event.start_mark)
            if let value = try value(of: event, at: position) { return (value, position) }
        }
    }

    /// `nil` for the stream's start, which says nothing.
    private func value(of event: yaml_event_t, at position: SourcePosition) throws(YAMLFailure) -> YAMLEvent? {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(tag: scalar.tag, at: position)
            let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                String(decoding: value, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: text(scalar.anchor))
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            try refuse(tag: event.data.sequence_start.tag, at: position)
            return .sequenceStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT:
            try refuse(tag: event.data.mapping_start.tag, at: position)
            return .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
        default: return nil
        }
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func refuse(tag: UnsafeMutablePointer<yaml_char_t>?, at position: SourcePosition) throws(YAMLFailure) {
        guard tag != nil else { return }
        throw YAMLFailure(
            kind: .syntax, position: position,
            message: "a tag (`!…`) is not used in this file; put quotes around a value that begins with `!`")
    }

    /// libyaml's words are constants: they never repeat what the file says.
    private func failure() -> YAMLFailure {
        let parser = parser.pointee
        let problem = parser.problem.map { String(cString: $0) } ?? "not YAML"
        let context = parser.context.map { " (\(String(cString: $0)), from line \(parser.context_mark.line + 1))" }
        return YAMLFailure(
            kind: .syntax, position: SourcePosition(parser.problem_mark), message: problem + (context ?? ""))
    }
}

extension SourcePosition {
    /// libyaml counts both from 0, and columns in characters.
    init(_ mark: yaml_mark_t) {
        line = Int32(clamping: mark.line) &+ 1
        column = Int32(clamping: mark.column) &+ 1
    }
}
