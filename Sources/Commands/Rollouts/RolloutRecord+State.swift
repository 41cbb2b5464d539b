import Foundation
import Rollout
import Store

extension RolloutRecord {
    /// When it was made.
    var created: Date { Date(timeIntervalSince1970: Double(createdMilliseconds) / 1000) }

    /// The state that its journal adds up to.
    func machine() -> RolloutMachine { RolloutMachine(plan: plan, journal: journal) }

    /// What it is doing or how it ended, in that state.
    func status(in machine: RolloutMachine) -> RolloutStatus { RolloutStatus(machine, isHeld: holder != nil) }
}
