public import FleetModel
internal import Migrations
internal import SQL

/// One way in which a target can have become dirty: a file that began and did not end.
public struct Attempt: Sendable {
    /// Which file, which way, and between which versions.
    public let step: MigrationStep
    /// Nil where the version has no file for this direction, so that nothing is run.
    let file: MigrationFile?
    /// The file that leads back.
    let reverse: MigrationFile?
    /// The file's statements; nil without a file.
    let script: Script?

    init(_ step: MigrationStep, in set: MigrationSet) {
        self.step = step
        file = set.file(for: step)
        reverse = set.migration(step.version)?.file(step.direction == .up ? .down : .up)
        script = try? file?.script()
    }

    /// How many statements the file has; 0 where the grammar cannot tell them apart.
    public var count: Int { script?.statements.count ?? 0 }

    /// A statement's own text.
    func text(_ index: Int) -> String {
        guard let script, script.statements.indices.contains(index) else { return "" }
        return String(script.text(of: script.statements[index]))
    }

    /// Where a statement is.
    func place(_ index: Int) -> TargetFailure.Place? {
        guard let file, let script, script.statements.indices.contains(index) else { return nil }
        let statement = script.statements[index]
        return TargetFailure.Place(
            file: file.path, line: statement.place.line, column: statement.place.column, statement: index + 1,
            statements: script.statements.count, excerpt: statement.excerpt)
    }

    /// `the up of 9`.
    public var name: String { "the \(step.direction.rawValue) of \(step.version)" }
}

extension MigrationSet {
    /// The attempts that leave `(version, dirty)`: the up of the version, and the down of the version after it, whose
    /// mark names the version that it leads to. Files that pgfleet cannot run make none.
    func attempts(leavingDirty version: Version?) -> [Attempt] {
        let isKnown = version.map { versions.contains($0) } ?? true
        guard isKnown else { return [] }
        let before = version.flatMap { version in versions.last { $0 < version } }
        let after = version.map { version in versions.first { $0 > version } } ?? versions.first
        var steps: [MigrationStep] = []
        if let version, let route = try? route(from: before, to: version) { steps += route.steps }
        if let after, let route = try? route(from: after, to: version) { steps += route.steps }
        // Flyway's row of an undo that failed names the version that is undone.
        if layout == .flyway, let version, let route = try? route(from: version, to: before) { steps += route.steps }
        return steps.map { Attempt($0, in: self) }
    }
}
