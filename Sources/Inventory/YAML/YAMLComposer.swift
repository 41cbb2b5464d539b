/// Builds the tree from events: anchors and aliases, merge keys, duplicate keys, bounds.
struct YAMLComposer: ~Copyable {
    /// A finished value that aliases may name, with what it costs to walk over it.
    private struct Composed {
        let node: YAMLNode
        let nodes: Int
        let depth: Int
    }

    private let limits: YAMLLimits
    private let log: ProblemLog
    private var anchors: [String: Composed] = [:]
    private var nodes = 0

    /// Reads one document. `nil` when it is empty or cannot be read on; the log says why.
    static func compose(_ bytes: [UInt8], limits: YAMLLimits, log: ProblemLog) -> YAMLNode? {
        do throws(YAMLFailure) {
            try YAMLText.check(bytes, limits: limits)
            return try YAMLEventReader.withEvents(of: bytes) { (reader) throws(YAMLFailure) -> YAMLNode? in
                var composer = YAMLComposer(limits: limits, log: log)
                return try composer.document(reader)
            }
        } catch {
            log.error(error.kind, at: error.position, error.message)
            return nil
        }
    }

    private init(limits: YAMLLimits, log: ProblemLog) {
        self.limits = limits
        self.log = log
    }

    private mutating func document(_ reader: borrowing YAMLEventReader) throws(YAMLFailure) -> YAMLNode? {
        let first = try reader.next()
        guard case .documentStart = first.event else { return nil }
        let (event, position) = try reader.next()
        let root = try compose(event, at: position, depth: 0, reader)?.node
        _ = try reader.next()
        let after = try reader.next()
        guard case .streamEnd = after.event else {
            throw YAMLFailure(
                kind: .syntax, position: after.position,
                message: "a second document begins here; a fleet is one document")
        }
        return root
    }

    /// `nil` at the end of the list or map that is being read.
    private mutating func compose(
        _ event: YAMLEvent, at position: SourcePosition, depth: Int, _ reader: borrowing YAMLEventReader
    ) throws(YAMLFailure) -> Composed? {
        switch event {
        case .scalar(let text, let isPlain, let anchor):
            try count(1, at: position)
            let node = YAMLNode(content: .scalar(text, isPlain: isPlain), position: position)
            return remember(Composed(node: node, nodes: 1, depth: 0), as: anchor)
        case .alias(let name):
            // The name is not shown: it is a secret when someone forgot the quotes around one that begins with `*`.
            guard let composed = anchors[name] else {
                throw YAMLFailure(
                    kind: .syntax, position: position,
                    message: "an alias to an anchor that is not defined before it; "
                        + "put quotes around a value that begins with `*`")
            }
            try count(composed.nodes, at: position)
            try check(depth: depth + composed.depth, at: position)
            return composed
        case .sequenceStart(let anchor):
            return remember(try sequence(at: position, depth: depth + 1, reader), as: anchor)
        case .mappingStart(let anchor):
            return remember(try mapping(at: position, depth: depth + 1, reader), as: anchor)
        case .end, .documentStart, .documentEnd, .streamEnd:
            return nil
        }
    }

    private mutating func sequence(
        at position: SourcePosition, depth: Int, _ reader: borrowing YAMLEventReader
    ) throws(YAMLFailure) -> Composed {
        try check(depth: depth, at: position)
        try count(1, at: position)
        var items: [YAMLNode] = []
        var (nodes, inner) = (1, 0)
        while true {
            let (event, position) = try reader.next()
            guard let item = try compose(event, at: position, depth: depth, reader) else { break }
            items.append(item.node)
            nodes += item.nodes
            inner = max(inner, item.depth)
        }
        return Composed(
            node: YAMLNode(content: .sequence(items), position: position), nodes: nodes, depth: inner + 1)
    }

    private mutating func mapping(
        at position: SourcePosition, depth: Int, _ reader: borrowing YAMLEventReader
    ) throws(YAMLFailure) -> Composed {
        try check(depth: depth, at: position)
        try count(1, at: position)
        var map = YAMLMapBuilder(log: log)
        var (nodes, inner) = (1, 0)
        while true {
            let (event, keyPosition) = try reader.next()
            if case .end = event { break }
            let isPlainKey = if case .scalar(_, isPlain: true, _) = event { true } else { false }
            let key = try compose(event, at: keyPosition, depth: depth, reader)
            let (valueEvent, valuePosition) = try reader.next()
            let value = try compose(valueEvent, at: valuePosition, depth: depth, reader)
            guard let key, let value else { break }
            guard case .scalar(let text, _) = key.node.content else {
                throw YAMLFailure(kind: .wrongType, position: keyPosition, message: "a key must be text")
            }
            map.add(text, isPlain: isPlainKey, at: keyPosition, value.node)
            nodes += key.nodes + value.nodes
            inner = max(inner, value.depth)
        }
        return Composed(
            node: YAMLNode(content: .mapping(map.finished()), position: position), nodes: nodes, depth: inner + 1)
    }

    private mutating func remember(_ composed: Composed, as anchor: String?) -> Composed {
        if let anchor { anchors[anchor] = composed }
        return composed
    }

    private mutating func count(_ more: Int, at position: SourcePosition) throws(YAMLFailure) {
        nodes += more
        guard nodes > limits.nodes else { return }
        throw YAMLFailure(
            kind: .limit, position: position,
            message: "the file has more than \(limits.nodes) values once its aliases are expanded")
    }

    private func check(depth: Int, at position: SourcePosition) throws(YAMLFailure) {
        guard depth > limits.depth else { return }
        throw YAMLFailure(
            kind: .limit, position: position, message: "lists and maps are nested more than \(limits.depth) deep")
    }
}
