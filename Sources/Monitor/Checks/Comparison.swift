internal import FleetModel
internal import Inventory
internal import Migrations
internal import Rollout
internal import Schema

/// Which target's schema is compared with what.
struct Comparison: Sendable {
    /// What a target is compared with.
    private enum Reference: Sendable {
        /// What the files lead to, by its place in `expected`.
        case expected(Int)
        /// Another target; in words why.
        case target(TargetID, words: String)
    }

    private let targets: [FleetTarget]
    private let sights: [TargetID: TargetSight]
    private var references: [TargetID: Reference] = [:]
    private var expected: [ExpectedSchema] = []
    private var snapshots: [TargetID: SchemaSnapshot] = [:]
    /// Why there is nothing to compare some targets with.
    private(set) var remarks: [String] = []

    init(targets: [FleetTarget], sights: [TargetID: TargetSight]) {
        self.targets = targets
        self.sights = sights
    }

    /// Takes what the files lead to, for targets that are clean on a version of the files.
    mutating func compareWithExpected(_ schemas: ExpectedSchemas) async {
        let clean = sights.filter { !$0.value.record.state.isDirty }
        for entry in ExpectedGroups(targets, clean).entries {
            let (group, rules) = (entry.group, entry.rules)
            let members = Dictionary(grouping: entry.members) { clean[$0]?.record.state.version }
            do {
                let found = try await schemas.schemas(of: group, rules: rules, on: Set(members.keys))
                for (version, schema) in found {
                    expected.append(schema)
                    for id in members[version] ?? [] { references[id] = .expected(expected.count - 1) }
                }
                let unknown = members.keys.filter { found[$0] == nil }.compactMap(\.self).sorted()
                for version in unknown {
                    remarks.append(
                        "version \(version) is not among the files of \(group.source.directory), so there is no expected "
                            + "schema for \((members[version] ?? []).count) target(s)")
                }
            } catch {
                remarks.append("\(error)")
            }
        }
    }

    /// Takes one target for all others that are on its version.
    mutating func compare(with id: TargetID) {
        guard let sight = sights[id] else {
            remarks.append("\(id) could not be looked at, so that there is nothing to compare with")
            return
        }
        for (other, found) in sights where other != id && found.record.state == sight.record.state {
            references[other] = .target(id, words: "\(id)")
        }
        references[id] = .target(id, words: "itself")
    }

    /// Takes, for targets that have nothing yet, what most of those on their version look like: more than half of at least
    /// three.
    mutating func compareWithMajority() {
        var groups: [Peers: [TargetID]] = [:]
        for target in targets where references[target.target.id] == nil {
            guard let sight = sights[target.target.id], !sight.record.state.isDirty else { continue }
            groups[Peers(target, sight), default: []].append(target.target.id)
        }
        for members in groups.values where members.count >= 3 {
            let looks = Dictionary(grouping: members) { sights[$0]?.fingerprint }
            guard let (_, same) = looks.max(by: { $0.value.count < $1.value.count }), same.count * 2 > members.count,
                let first = same.first
            else { continue }
            for id in members {
                references[id] = .target(first, words: "\(same.count) of \(members.count) on its version")
            }
        }
    }

    /// Targets that ought to look alike.
    private struct Peers: Hashable {
        let source: MigrationSource
        let version: Version?
        let isHomeOnly: Bool
        let major: Int

        init(_ target: FleetTarget, _ sight: TargetSight) {
            source = target.access.source
            version = sight.record.state.version
            isHomeOnly = target.target.schema != nil
            major = sight.fingerprint.server / 10_000
        }
    }

    /// The targets that do not look like what they are compared with, and in which kinds.
    var differing: [TargetID: Set<ObjectKind>] {
        var found: [TargetID: Set<ObjectKind>] = [:]
        for (id, reference) in references {
            guard let sight = sights[id], let wanted = fingerprint(of: reference) else { continue }
            let kinds = sight.fingerprint.kinds(differingFrom: wanted)
            if !kinds.isEmpty { found[id] = kinds }
        }
        return found
    }

    /// The targets that have to be read because others are compared with them, and of which kinds.
    func neededReferences(for ids: Set<TargetID>) -> [TargetID: Set<ObjectKind>] {
        var needed: [TargetID: Set<ObjectKind>] = [:]
        let differing = differing
        for id in ids {
            if case .target(let other, _)? = references[id] {
                needed[other, default: []].formUnion(differing[id] ?? [])
            }
        }
        return needed
    }

    mutating func add(_ read: [TargetID: SchemaSnapshot]) { snapshots.merge(read) { $1 } }

    /// What a target is compared with, once all that is needed was read.
    func snapshot(for id: TargetID) -> SchemaSnapshot? {
        switch references[id] {
        case .expected(let place): expected[place].snapshot
        case .target(let other, _): snapshots[other]
        case nil: nil
        }
    }

    /// What a target is compared with, in words.
    func words(for id: TargetID) -> String? {
        switch references[id] {
        case .expected: "its migrations"
        case .target(_, let words): words
        case nil: nil
        }
    }

    /// What is wrong with objects of a target by themselves, as its migrations left them.
    func ailments(of id: TargetID) -> [SchemaObject] {
        guard case .expected(let place)? = references[id] else { return [] }
        return expected[place].file.objects.filter { $0.ailment != nil }
    }

    private func fingerprint(of reference: Reference) -> SchemaFingerprint? {
        switch reference {
        case .expected(let place): expected[place].fingerprint
        case .target(let id, _): sights[id]?.fingerprint
        }
    }
}
