/// A place in the inventory file, as an error names it.
public struct SourcePlace: Sendable, Hashable, Comparable {
    /// The file's path as the user gave it.
    public let file: String
    /// From 1.
    public let line: Int
    /// From 1, in characters.
    public let column: Int
    /// The field, for example `environments.production.waves[1].percent`; empty for the file as a whole.
    public let path: String

    /// Makes a place.
    public init(file: String, line: Int, column: Int, path: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
    }

    public static func < (left: SourcePlace, right: SourcePlace) -> Bool {
        (left.file, left.line, left.column, left.path) < (right.file, right.line, right.column, right.path)
    }
}

extension SourcePlace: CustomStringConvertible {
    public var description: String {
        "\(file):\(line):\(column)" + (path.isEmpty ? "" : ": \(path)")
    }
}
