/// Collects what is wrong while a file is read, so that one reading reports all of it.
///
/// A reference, because one log is shared by all parts of one synchronous reading; it never leaves it.
final class ProblemLog {
    let file: String
    private(set) var errors: [InventoryProblem] = []
    private(set) var warnings: [InventoryProblem] = []

    init(file: String) { self.file = file }

    func error(_ kind: InventoryProblem.Kind, at position: SourcePosition, path: FieldPath? = nil, _ message: String) {
        errors.append(InventoryProblem(kind: kind, place: place(position, path), message: message))
    }

    func warning(_ kind: InventoryProblem.Kind, at position: SourcePosition, path: FieldPath? = nil, _ message: String)
    {
        warnings.append(InventoryProblem(kind: kind, place: place(position, path), message: message))
    }

    func place(_ position: SourcePosition, _ path: FieldPath?) -> SourcePlace {
        SourcePlace(
            file: file, line: Int(position.line), column: Int(position.column), path: path?.description ?? "")
    }
}
