internal import FleetModel

extension Array<Hypothesis> {
    /// Those that the target's own progress tells of; nil where it tells nothing of them or contradicts them all.
    ///
    /// `done` statements lasted for certain. The one that was begun after them may have lasted, too, if it is one that
    /// commits by itself; where both have the schema and it cannot, only the first is left.
    func told(by progress: StatementProgress?, checksum: String?) -> [Hypothesis]? {
        guard let progress, let done = progress.done, let begun = progress.begun, progress.checksum == checksum else {
            return nil
        }
        let own = filter { $0.step.version == progress.version && $0.step.direction == progress.direction }
        let sure = own.filter { $0.done == done }
        if !sure.isEmpty { return sure }
        let perhaps = own.filter { $0.done == begun }
        return perhaps.isEmpty ? nil : perhaps
    }

    /// Those of so many statements; nil where none is.
    func told(by number: Int?) -> [Hypothesis]? {
        guard let number else { return nil }
        let told = filter { $0.done == number }
        return told.isEmpty ? nil : told
    }
}
