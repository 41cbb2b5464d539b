/// Which kinds of things a database has that someone made, so that no others are asked for: a session plans a question for
/// each catalog that it names, which takes longer than to find that there is nothing in it.
struct CatalogContents: Sendable, Hashable {
    /// Something of which there may be none. The raw values are the bits that the server answers with.
    enum Sign: Int, Sendable, CaseIterable {
        case constraint, index, inheritance, sequence, rule, trigger, function, aggregate, type, policy, statistics
        case collation, `operator`, cast, textSearch, `extension`, eventTrigger, foreignServer, foreignTable,
            publication

        var bit: Int { 1 << rawValue }
    }

    /// The signs' bits, together.
    let bits: Int

    /// All that there could be.
    static let everything = CatalogContents(bits: Sign.allCases.reduce(0) { $0 | $1.bit })

    func has(_ sign: Sign) -> Bool { bits & sign.bit != 0 }

    /// Whether there can be objects of a kind.
    func mayHave(_ kind: ObjectKind) -> Bool {
        switch kind {
        // The schema `public` and the built-in objects' comments and privileges are not told from others.
        case .schema, .table, .column, .comment, .privilege: true
        case .extension: has(.extension)
        case .type: has(.type)
        case .collation: has(.collation)
        case .sequence: has(.sequence)
        case .constraint: has(.constraint)
        case .index: has(.index)
        // A view is its rule.
        case .view, .rule: has(.rule)
        case .function: has(.function)
        case .trigger: has(.trigger)
        case .policy: has(.policy)
        case .statistics: has(.statistics)
        case .operator: has(.operator)
        case .cast: has(.cast)
        case .eventTrigger: has(.eventTrigger)
        case .foreignServer: has(.foreignServer)
        case .textSearch: has(.textSearch)
        case .publication: has(.publication)
        }
    }
}
