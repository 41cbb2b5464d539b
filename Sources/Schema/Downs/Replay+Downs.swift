internal import FleetModel

extension Replay {
    /// Proves the way down of every version: whether its down brings back the schema that its up found, and the up then
    /// makes the same one again.
    ///
    /// - Parameter known: what is proven of the lowest versions already.
    /// - Returns: what is wrong. Where an up fails it ends there, with the obstacle.
    /// - Throws: where nothing can be proven.
    public func downs(after known: DownProof? = nil, _ server: ScratchServer) async throws(ScratchError) -> DownProof {
        var trial = DownTrial(self, server, after: known)
        return try await trial.run()
    }
}
