import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Tells by a short text which migrations a program was built with, and asks databases whether they have them.
struct DigestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Print a version with a hash of the files up to it, or check databases against one.",
        discussion: """
            Without --check nothing is connected: it prints 'VERSION sha256:HEX', once for each directory. A build keeps \
            that line; before the program starts, --check asks the databases whether they are good enough for it: clean, \
            on that version or a later one, and migrated with those files. The exit code is 0 then, 3 when one is dirty, \
            else 1. What the hash is made of is in docs/deploy.md.
            """)

    @OptionGroup var databases: DatabaseOptions

    @Option(help: ArgumentHelp("The last version that counts, or 'latest'.", valueName: "version"))
    var version: GoalArgument?

    @Option(help: ArgumentHelp("Check the databases against this digest, 'VERSION sha256:HEX'.", valueName: "digest"))
    var check: DigestArgument?

    func validate() throws {
        if check != nil { try databases.validateAddresses() }
        if case .version(nil)? = version?.goal { throw ValidationError("--version is a version or 'latest'") }
        if check != nil, version != nil {
            throw ValidationError("--check names the version itself; leave --version out")
        }
    }

    func run() async throws {
        try await databases.run { session in
            if let check { return try await compare(check.digest, session) }
            try tell(try chosen(session), session.output)
        }
    }

    private struct Document: Encodable {
        struct Row: Encodable {
            let directory: String
            let version: Version
            let digest: String
        }

        let digests: [Row]
    }

    private func tell(_ sets: [MigrationSet], _ output: Output) throws {
        let rows = try sets.compactMap { set in
            let last = if case .version(let named)? = version?.goal { named } else { set.newest }
            return try last.map { last in
                Document.Row(
                    directory: set.directory, version: last, digest: "\(try MigrationDigest(set, upTo: last))")
            }
        }
        try output.write(Document(digests: rows)) {
            rows.map { row in rows.count == 1 ? row.digest : "\(row.digest)  \(row.directory.harmless)" }
        }
    }

    /// The directories of the targets that are selected; without a selection, of the inventory.
    private func chosen(_ session: FleetSession) throws -> [MigrationSet] {
        let selector = try databases.selection.selector()
        guard !selector.isAll else { return try MigrationLibrary(session.fleet.migrationSources).all }
        try session.fleet.check(selector)
        let sources =
            session.fleet.targets.filter { selector.selects($0.target) }.map(\.access.source)
            + session.fleet.discoveries(for: selector).map(\.access.source)
        guard !sources.isEmpty else { throw SelectionError.nothingSelected(targets: session.fleet.targets.count) }
        return try MigrationLibrary(sources).all
    }

    private func compare(_ digest: MigrationDigest, _ session: FleetSession) async throws {
        let targets = try await session.select(try databases.selection.selector())
        let library = try session.library(for: targets)
        let executor = session.executor(for: targets, library: library)
        let findings = try await DigestCheck(digest, executor, library).findings(for: targets)
        await executor.closeIdle()
        try session.output.write(DigestDocument(digest, findings)) {
            DigestText(digest, findings, session.output.data.paint).lines
        }
        if findings.contains(where: { $0.reason == .dirty }) { throw Failure(.dirty, nil) }
        if findings.contains(where: { $0.reason != nil }) { throw Failure(.failed, nil) }
    }
}

/// `VERSION sha256:HEX`.
struct DigestArgument: ExpressibleByArgument {
    let digest: MigrationDigest

    init?(argument: String) {
        guard let digest = MigrationDigest(text: argument) else { return nil }
        self.digest = digest
    }
}
