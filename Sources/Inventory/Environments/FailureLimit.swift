/// How many targets may fail.
public enum FailureLimit: Sendable, Hashable {
    /// So many.
    case count(Int)
    /// So many percent of the targets that have something to run, rounded down: 10 % of 5 tolerates none, of 10 one, and
    /// one more halts. From 0 to 100.
    case percent(Double)

    /// The number for so many targets.
    public func count(of targets: Int) -> Int {
        switch self {
        case .count(let count): count
        // A hair more than the product, so that 7 % of 100 is 7 and not, by rounding errors, 6.
        case .percent(let percent): Int((Double(targets) * percent / 100 + 1e-9).rounded(.down))
        }
    }
}
