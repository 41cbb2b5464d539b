import FleetModel
import Migrations

extension String {
    /// What failures say of the inventory, where the address and the flags beside it take its place.
    var addressed: String {
        replacing("or name another one as 'migrations' in fleet.yaml", with: "or name another one with --migrations")
            .replacing("Raise timeouts.statement in fleet.yaml", with: "Raise statement_timeout in --database")
            .replacing("in fleet.yaml", with: "in --database")
    }
}

extension TargetFailure {
    /// The failure in the words of a command without an inventory.
    var addressed: TargetFailure {
        var failure = self
        failure.message = message.addressed
        failure.hint = hint?.addressed
        failure.remedy = remedy?.addressed
        return failure
    }
}
