extension String {
    /// Without line breaks and indentation.
    public var oneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
