public import FleetModel
package import Migrations

/// One way out of dirty.
public struct Way: Sendable {
    /// What it does.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Runs nothing and records a version as clean.
        case clean
        /// Runs the statements that are missing.
        case finish
        /// Takes back the statements that are in.
        case undo
        /// A backup is restored, by hand.
        case restore
    }

    /// What it does.
    public let kind: Kind
    /// The version that is recorded; nil for nothing applied. Not known for a backup.
    public let version: Version?
    /// What is run before, in order.
    package var statements: [Repair.Statement] = []
    /// Whether that is one transaction together with the version.
    public var isOneTransaction = true
    /// Whether it was carried out on scratch and led to the version's schema; or, where nothing is run, whether the
    /// target's schema is the version's.
    public var isProven = false
    /// Whether statements of which nobody knows whether they ran decide whether it is right.
    public var isAmbiguous = false
    /// The statements that are claimed to have run, or not to have run, and of which no schema can tell.
    public var unprovable: [UnprovableStatement] = []
    /// What is lost by it, in words.
    public var losses: [String] = []
    /// Why it is not to be had; nil where it is.
    public var obstacle: String?
    /// The step that it brings to its end.
    var finishes: MigrationStep?
    /// The schema that it has to lead to.
    var goal: Sight?

    init(_ kind: Kind, to version: Version?) {
        self.kind = kind
        self.version = version
    }

    /// As `--way` takes it: `clean-8`, `finish`, `undo`.
    public var name: String {
        switch kind {
        case .clean: "clean-\(version.map { "\($0)" } ?? "none")"
        case .finish, .undo, .restore: kind.rawValue
        }
    }

    /// The texts of what is run.
    public var texts: [String] { statements.map(\.text) }

    /// Whether it can be taken at all.
    public var isAvailable: Bool { kind != .restore && obstacle == nil }
    /// Whether it is taken where none is named: it is proven, and nothing that is not known decides.
    public var isSafe: Bool { isAvailable && isProven && !isAmbiguous }
    /// Whether it may be taken with nobody asked: it also loses nothing, and claims nothing that no schema can tell.
    public var isAutomatic: Bool { isSafe && losses.isEmpty && unprovable.isEmpty }
}
