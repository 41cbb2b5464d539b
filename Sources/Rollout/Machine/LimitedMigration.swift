import FleetModel

/// A migration whose file asks for limits of its own. The same file is the same migration in every directory.
struct LimitedMigration: Sendable, Hashable {
    let version: Version
    let direction: Direction
    let checksum: String?
    let limits: StepLimits

    /// Nil for a step without limits.
    init?(_ step: MigrationStep) {
        guard let limits = step.limits else { return nil }
        version = step.version
        direction = step.direction
        checksum = step.checksum
        self.limits = limits
    }
}

extension Route {
    /// The migrations on the way that have limits, in order.
    var limitedMigrations: [LimitedMigration] { steps.compactMap(LimitedMigration.init) }
}

/// The time between the starts of two targets that take a migration with a `delay`.
///
/// The machine has no clock. Whoever runs it takes the pauses that began, waits, and says that each is over; a rollout
/// that is taken up again begins without any.
struct Pause: Sendable, Hashable {
    let migration: LimitedMigration
    /// Tells a pause from later ones of the same migration.
    let number: Int

    /// How long it takes.
    var length: Duration { .seconds(migration.limits.delaySeconds ?? 0) }
}
