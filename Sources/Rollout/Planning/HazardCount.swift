import FleetModel
import Migrations

/// Counts on how many targets of a plan each file with hazards is run, so that each is told once.
struct HazardCount {
    /// Many targets share a way: ten thousand on three versions have three.
    private struct Way: Hashable {
        let source: MigrationSource
        let from, to: Version?
        let isBack: Bool
    }

    private struct Counted {
        let route: Route
        var targets: Int
    }

    private var ways: [Way: Counted] = [:]

    /// Adds a target; one with nothing to run has no way back either.
    mutating func count(_ target: PlannedTarget, source: MigrationSource) {
        guard target.hasWork else { return }
        add(target.route, source, isBack: false)
        add(target.back, source, isBack: true)
    }

    private mutating func add(_ route: Route, _ source: MigrationSource, isBack: Bool) {
        let way = Way(source: source, from: route.from, to: route.to, isBack: isBack)
        ways[way, default: Counted(route: route, targets: 0)].targets += 1
    }

    /// The files that have hazards, by directory and version; those of the way there first.
    ///
    /// - Throws: when the directory of a target was not read.
    func found(in library: MigrationLibrary) throws(MigrationsError) -> [HazardousFile] {
        var files: [String: HazardousFile] = [:]
        for (way, counted) in ways {
            for step in counted.route.steps where !step.hazards.isEmpty {
                guard let file = try library.files(of: way.source).file(for: step) else { continue }
                // A version's two directions may be in one file.
                let key = "\(way.isBack) \(step.direction.rawValue) \(file.path)"
                files[
                    key,
                    default: HazardousFile(
                        step: step, isBack: way.isBack, directory: way.source.directory, hazards: file.hazards(),
                        targets: 0)
                ].targets += counted.targets
            }
        }
        return files.values.sorted {
            ($0.isBack ? 1 : 0, $0.directory, $0.step.version) < ($1.isBack ? 1 : 0, $1.directory, $1.step.version)
        }
    }
}

/// A file of a plan that has hazards.
struct HazardousFile {
    let step: MigrationStep
    /// Whether it is run on a rollback only.
    let isBack: Bool
    let directory: String
    /// In the order of its statements; not empty.
    let hazards: [FileHazard]
    /// How many targets have it on their way.
    var targets: Int
}
