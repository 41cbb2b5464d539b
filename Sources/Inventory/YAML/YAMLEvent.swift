/// What libyaml reports while it reads, as values.
enum YAMLEvent {
    case scalar(String, isPlain: Bool, anchor: String?)
    case alias(String)
    case sequenceStart(anchor: String?)
    case mappingStart(anchor: String?)
    /// The end of the innermost list or map.
    case end
    case documentStart
    case documentEnd
    case streamEnd
}

/// Why a file is not read any further.
struct YAMLFailure: Error {
    let kind: InventoryProblem.Kind
    let position: SourcePosition
    let message: String
}
