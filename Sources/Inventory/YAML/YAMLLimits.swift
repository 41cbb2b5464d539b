/// Bounds on a file that is read, so that a broken or hostile one cannot take the machine's memory or time.
struct YAMLLimits: Sendable {
    /// Bytes of the file.
    var bytes = 16 << 20
    /// Lists and maps inside each other, aliases expanded.
    var depth = 64
    /// Values and keys, aliases expanded: what a reader of the tree would walk over.
    var nodes = 1_000_000
}
