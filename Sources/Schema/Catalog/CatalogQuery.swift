/// One kind's question to the catalogs: rows of a schema, a name, the table it hangs on, and a definition.
///
/// Names and definitions are as the server prints them while the home is the whole search path: what lies in the home has
/// no schema before its name, so that one schema compares with another of another name. Where many schemas are asked for
/// at once, nothing is on the search path, and names in definitions have their schemas.
struct CatalogQuery {
    /// What its rows are.
    let kind: ObjectKind
    /// `SELECT … AS home, … AS name, … AS parent, … AS definition`, on the common tables of the terms. What belongs to the
    /// database has no home.
    let select: String

    /// The questions that the terms call for, in the order of kinds.
    static func all(_ terms: CatalogTerms) -> [CatalogQuery] {
        let kinds = Set(terms.scope.kinds.filter(terms.contents.mayHave))
        return
            (relations(terms) + partsOfRelations(terms) + routines(terms) + types(terms) + namedThings(terms)
            + ofDatabase(terms) + extras(terms)).filter { kinds.contains($0.kind) }
    }
}
