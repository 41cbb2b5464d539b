import FleetModel
import Inventory
import Migrations
import Monitor
import Rollout
import Schema

/// The schemas that a command names: targets, versions, files of SQL, snapshots.
struct SchemaOperands {
    private let sources: [SchemaSource]
    private let reader: SchemaReader
    private let executor: TargetExecutor

    init(_ session: FleetSession, _ words: [String], _ scratch: ScratchServers) async throws {
        let fleet = session.fleet
        let all = words.contains { $0.contains("/") } ? try await session.select(Selector.all) : fleet.targets
        let known = Set(all.map(\.target.id))
        sources = try words.map { word in
            guard let source = SchemaSource(word, targets: known) else {
                throw Failure(
                    .usage,
                    "\(word.harmless) is no target, no version, no file of SQL and no snapshot"
                        + Suggestion.ending(for: word, among: known.map(\.rawValue)))
            }
            return source
        }
        let named = Set(
            sources.compactMap { source in
                if case .target(let id) = source { id } else { nil }
            })
        let targets = all.filter { named.contains($0.target.id) }
        // Versions are those of the files of the target that they are compared with.
        let files =
            targets.first?.access.source ?? MigrationSource(directory: fleet.migrations, layout: fleet.layout)
        let library = try MigrationLibrary(targets.map(\.access.source) + [files])
        executor = session.executor(for: targets, library: library)
        reader = SchemaReader(
            executor: executor, targets: targets, library: library, files: files, check: fleet.check,
            scratch: scratch)
    }

    /// The schemas, in the order of the words.
    func snapshots() async throws -> [SchemaSnapshot] {
        let scope = await reader.scope(for: sources)
        var found: [SchemaSnapshot] = []
        for source in sources {
            do {
                found.append(try await reader.snapshot(of: source, scope))
            } catch let error as ScratchError {
                throw Failure(.failed, "\(error)")
            } catch let error as SchemaSourceError {
                throw Failure(.usage, "\(error)")
            }
        }
        return found
    }

    func close() async { await executor.closeIdle() }
}
