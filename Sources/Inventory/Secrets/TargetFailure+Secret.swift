public import FleetModel

extension TargetFailure {
    /// What a secret that cannot be looked up means for a target; nothing was sent to its server.
    public init(_ error: SecretError) {
        self.init(
            kind: error.reason == .cancelled ? .cancelled : .configuration, message: error.description,
            consequence: "Nothing was connected, nothing was changed.")
    }
}
