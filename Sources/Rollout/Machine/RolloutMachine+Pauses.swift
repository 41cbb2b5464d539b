import FleetModel

extension RolloutMachine {
    /// The pauses that began since this was called last; whoever runs the machine waits and says when each is over.
    mutating func takePauses() -> [Pause] {
        defer { newPauses = [:] }
        return newPauses.values.sorted { $0.number < $1.number }
    }

    /// The pause's time is over; a later one of the same migration goes on.
    mutating func end(_ pause: Pause) {
        if pauses[pause.migration] == pause { pauses[pause.migration] = nil }
    }

    /// The next target of the queue that no pause keeps back.
    mutating func nextTarget() -> TargetID? {
        queue.next { [pauses] in pauses[$0] != nil }
    }

    mutating func pause(_ route: Route?) {
        for migration in route?.limitedMigrations ?? [] where migration.limits.delaySeconds ?? 0 > 0 {
            pauseCount += 1
            let pause = Pause(migration: migration, number: pauseCount)
            pauses[migration] = pause
            newPauses[migration] = pause
        }
    }
}
