internal import FleetModel

/// What a statement does to names, as far as hazards depend on it: what is new in a script can be dropped, emptied and
/// renamed in it without harm to anyone.
enum StatementEffect: Sendable, Hashable {
    /// A relation or a type comes to be; `isNew` unless it may have been there before (IF NOT EXISTS, OR REPLACE).
    case creates(RelationName, isNew: Bool)
    /// A schema comes to be.
    case createsSchema(String, isNew: Bool)
    /// A relation gets another name.
    case renames(RelationName, to: RelationName)
    /// A column gets another name.
    case renamesColumn(ColumnName, to: String)
    /// A column comes to be.
    case addsColumn(ColumnName, isNew: Bool, isRequired: Bool, hasDefault: Bool)
    /// A column begins or ceases to refuse NULL.
    case requires(ColumnName, Bool)
    /// A column gets or loses its default.
    case givesDefault(ColumnName, Bool)
    /// The columns of every row are overwritten.
    case overwrites(RelationName, columns: Set<String>)
    /// A view goes, and nothing with it: a hazard unless the script creates it again.
    case dropsView(RelationName, action: String)
    /// A hazard, unless what it is done to is new; `action` as in `StatementHazard`.
    case endangers(Hazard, Subject, action: String)

    /// What a hazard is done to.
    enum Subject: Sendable, Hashable {
        case relation(RelationName)
        case column(ColumnName)
        case schema(String)
        /// Something that is not told apart by what is new.
        case other
    }
}

/// A column of a relation.
struct ColumnName: Sendable, Hashable {
    let relation: RelationName
    let name: String
}

extension RelationName {
    /// As people write it, without quotes.
    var text: String { ((schema.map { $0 + "." } ?? "") + name).harmless }
}

extension ColumnName {
    var text: String { "column \(name.harmless) of \(relation.text)" }
}
