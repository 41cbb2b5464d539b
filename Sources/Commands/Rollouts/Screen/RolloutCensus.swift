import FleetModel
import Rollout

/// How many targets have which account, in each wave and in all: one pass over the targets, made when something has
/// happened and not for each picture.
struct RolloutCensus: Sendable {
    /// The accounts of some targets.
    struct Count: Sendable, Hashable {
        private var counts: [TargetAccount: Int] = [:]
        private(set) var total = 0
        /// Those that wait for another try.
        fileprivate(set) var retrying = 0

        subscript(account: TargetAccount) -> Int { counts[account, default: 0] }

        /// Where the plan wants them.
        var good: Int { self[.changed] + self[.unchanged] }
        /// Not where the plan wants them, and not given up.
        var left: Int { self[.notStarted] + self[.inFlight] }
        /// Nothing more happens to them by themselves.
        var done: Int { total - left }

        mutating func add(_ progress: TargetProgress) {
            counts[progress.account, default: 0] += 1
            total += 1
            if progress.phase == .retrying { retrying += 1 }
        }
    }

    private let waves: [[Count]]
    let all: Count
    /// The first wave in which a target waits for its turn; nil where none does.
    let next: WaveID?

    init(_ machine: RolloutMachine) {
        var all = Count()
        waves = machine.plan.environments.map { environment in
            environment.waves.map { wave in
                var count = Count()
                for planned in wave.targets {
                    guard let progress = machine.targets[planned.target.id] else { continue }
                    count.add(progress)
                    all.add(progress)
                }
                return count
            }
        }
        self.all = all
        next = machine.nextWaveID
    }

    subscript(id: WaveID) -> Count {
        guard waves.indices.contains(id.environment), waves[id.environment].indices.contains(id.wave) else {
            return Count()
        }
        return waves[id.environment][id.wave]
    }
}

extension Plan {
    /// All waves, in the order in which they are released.
    var waveIDs: [WaveID] {
        environments.enumerated().flatMap { index, environment in
            environment.waves.indices.map { WaveID(environment: index, wave: $0) }
        }
    }
}
