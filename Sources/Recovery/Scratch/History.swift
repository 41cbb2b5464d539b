internal import FleetModel
internal import Migrations
internal import Schema

/// The schemas on all versions of some files.
struct History: Sendable {
    /// In the order of the versions, from nothing applied on; as far as the files can be replayed.
    private(set) var schemas: [(version: Version?, sight: Sight)] = []
    /// Why not further; nil where all of them are there.
    private(set) var obstacle: String?

    /// Replays the files one by one, on a database of its own.
    init(_ line: ScratchLine, on bench: ScratchBench) async throws(ScratchObstacle) {
        let database = try await bench.empty()
        let session = try await bench.session(on: database, line)
        var sights = Sights(scope: line.scope)
        var current: Version?
        do {
            for version in [nil] + line.set.versions.map({ Optional($0) }) {
                if version != nil { try await session.go(from: current, to: version, line) }
                current = version
                schemas.append((version, try await sights.look(session)))
            }
        } catch let error as ScratchObstacle {
            obstacle = error.message
        } catch let error as TargetFailure {
            obstacle = error.message
        } catch {
            obstacle = "\(error)"
        }
        await session.close()
        await bench.drop(database)
    }
}
