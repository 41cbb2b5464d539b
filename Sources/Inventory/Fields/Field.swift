internal import FleetModel

/// A value in the file on its way to a typed one: reading it logs what is wrong and gives `nil`.
struct Field {
    let node: YAMLNode
    let path: FieldPath?
    let log: ProblemLog

    func error(_ kind: InventoryProblem.Kind, _ message: String) {
        log.error(kind, at: node.position, path: path, message)
    }

    func warning(_ kind: InventoryProblem.Kind, _ message: String) {
        log.warning(kind, at: node.position, path: path, message)
    }

    var place: SourcePlace { log.place(node.position, path) }

    /// The text of a scalar; anything else is an error that says what was expected.
    func scalar(_ expected: String) -> String? {
        guard case .scalar(let text, _) = node.content else {
            error(.wrongType, "expected \(expected), found \(node.kind)")
            return nil
        }
        guard !node.isNull else {
            error(.wrongType, "expected \(expected), found nothing")
            return nil
        }
        guard !text.utf8.contains(0) else {
            error(.invalid, "expected \(expected), found text with a NUL character")
            return nil
        }
        return text
    }

    /// Text that is not empty.
    func text(_ expected: String = "text") -> String? {
        guard let text = scalar(expected) else { return nil }
        guard !text.isEmpty else {
            error(.invalid, "expected \(expected), found empty text")
            return nil
        }
        return text
    }

    /// A name for an environment, a host, a wave and the like.
    func name() -> String? {
        guard let text = text("a name") else { return nil }
        guard Printable.isName(text), text.utf8.count <= 200 else {
            error(
                .invalid,
                "expected a name of letters, digits, `_`, `-` and `.`, found \(Printable.value(text))")
            return nil
        }
        return text
    }

    func flag() -> Bool? {
        guard let text = scalar("true or false") else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            error(.wrongType, "expected true or false, found \(Printable.value(text))")
            return nil
        }
    }

    /// `on` or `off`, or what YAML calls them.
    func onOrOff() -> Bool? {
        guard let text = scalar("on or off") else { return nil }
        switch text {
        case "on", "true": return true
        case "off", "false": return false
        default:
            error(.wrongType, "expected on or off, found \(Printable.value(text))")
            return nil
        }
    }

    func integer(_ range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = scalar(expected) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            error(Int(text) == nil ? .wrongType : .invalid, "expected \(expected), found \(Printable.value(text))")
            return nil
        }
        return number
    }

    func number(above lower: Double, to upper: Double, _ expected: String) -> Double? {
        guard let text = scalar(expected) else { return nil }
        let isDecimal = text.utf8.allSatisfy {
            $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard isDecimal, let number = Double(text), number > lower, number <= upper else {
            error(Double(text) == nil ? .wrongType : .invalid, "expected \(expected), found \(Printable.value(text))")
            return nil
        }
        return number
    }

    /// One of an enum's raw values.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) -> Choice? {
        let words = Choice.allCases.map(\.rawValue)
        let expected = words.joined(separator: ", ")
        guard let text = scalar("one of \(expected)") else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let meant = Suggestion.nearest(to: text, among: words).map { "; did you mean `\($0)`?" } ?? ""
        error(.invalid, "expected one of \(expected), found \(Printable.value(text))\(meant)")
        return nil
    }

    /// The items of a list. Nothing at all (`targets:` and no more) is an empty list.
    func list(_ expected: String = "a list") -> [Field]? {
        if node.isNull { return [] }
        guard case .sequence(let items) = node.content else {
            error(.wrongType, "expected \(expected), found \(node.kind)")
            return nil
        }
        return items.enumerated().map { index, item in
            Field(node: item, path: .index(index, in: path), log: log)
        }
    }

    /// A list, or one value that stands for a list of one.
    func listOrOne(_ expected: String) -> [Field]? {
        if case .scalar = node.content, !node.isNull { return [self] }
        return list(expected)
    }

    /// The keys and values of a map whose keys are names that the user chooses.
    func entries(_ expected: String = "a map") -> [(key: String, keyPosition: SourcePosition, value: Field)]? {
        if node.isNull { return [] }
        guard case .mapping(let entries) = node.content else {
            error(.wrongType, "expected \(expected), found \(node.kind)")
            return nil
        }
        return entries.map { entry in
            (entry.key, entry.keyPosition, Field(node: entry.value, path: .key(entry.key, in: path), log: log))
        }
    }

    /// A map from names to text, as labels are.
    func labels() -> [String: String]? {
        guard let entries = entries("a map of labels, like {tier: canary}") else { return nil }
        var labels: [String: String] = [:]
        for entry in entries {
            if !Printable.isName(entry.key) {
                log.error(
                    .invalid, at: entry.keyPosition, path: path, "a label's name has letters, digits, `_`, `-`, `.`")
            }
            labels[entry.key] = entry.value.scalar("a label's text")
        }
        return labels
    }
}
