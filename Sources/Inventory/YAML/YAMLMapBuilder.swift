/// Collects one map's entries: refuses a key that is there twice, and applies `<<`.
struct YAMLMapBuilder {
    private let log: ProblemLog
    private var entries: [YAMLEntry] = []
    private var merged: [YAMLNode] = []
    private var mergePosition: SourcePosition?
    /// Where each key is; filled only once a map is too long to search from its beginning.
    private var index: [String: Int] = [:]
    private static let indexedFrom = 16

    init(log: ProblemLog) { self.log = log }

    mutating func add(_ key: String, isPlain: Bool, at position: SourcePosition, _ value: YAMLNode) {
        if key == "<<", isPlain { return addMerge(value, at: position) }
        if let first = find(key) {
            let place = entries[first].keyPosition
            return log.error(
                .duplicate, at: position,
                "the key `\(Printable.key(key))` is there twice, first in line \(place.line), column \(place.column)")
        }
        append(YAMLEntry(key: key, keyPosition: position, value: value))
    }

    /// The map's own entries, then what `<<` adds; own keys win, and of several merged maps the first wins.
    consuming func finished() -> [YAMLEntry] {
        var map = self
        for node in map.merged {
            guard case .mapping(let more) = node.content else { continue }
            for entry in more where map.find(entry.key) == nil { map.append(entry) }
        }
        return map.entries
    }

    private mutating func addMerge(_ value: YAMLNode, at position: SourcePosition) {
        if let first = mergePosition {
            return log.error(
                .duplicate, at: position,
                "`<<` is there twice, first in line \(first.line); write `<<: [*one, *two]`")
        }
        mergePosition = position
        switch value.content {
        case .mapping: merged = [value]
        case .sequence(let items):
            merged = items
            for item in items where item.kind != "a map" {
                log.error(.wrongType, at: item.position, "`<<` merges maps; this is \(item.kind)")
            }
        case .scalar: log.error(.wrongType, at: value.position, "`<<` merges a map or a list of maps")
        }
    }

    private mutating func append(_ entry: YAMLEntry) {
        entries.append(entry)
        if entries.count == Self.indexedFrom {
            for (position, entry) in entries.enumerated() { index[entry.key] = position }
        } else if entries.count > Self.indexedFrom {
            index[entry.key] = entries.count - 1
        }
    }

    private func find(_ key: String) -> Int? {
        entries.count < Self.indexedFrom ? entries.firstIndex { $0.key == key } : index[key]
    }
}
