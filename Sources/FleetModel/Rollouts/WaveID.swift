/// A wave of a plan, by its place.
public struct WaveID: Sendable, Hashable, Codable, Comparable {
    /// Index into the plan's environments.
    public let environment: Int
    /// Index into that environment's waves.
    public let wave: Int

    /// Makes a place.
    public init(environment: Int, wave: Int) {
        self.environment = environment
        self.wave = wave
    }

    public static func < (left: WaveID, right: WaveID) -> Bool {
        (left.environment, left.wave) < (right.environment, right.wave)
    }
}
