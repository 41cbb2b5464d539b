/// A value in a place of its own, so that whoever holds it takes the room of a pointer.
///
/// For what is large and seldom there, as a failure. An async function keeps room for every error that it may throw or
/// catch, often several times, for as long as it waits; with failures of 312 bytes and server reports of 224 that was
/// more than half of the memory of a target at work (`Benchmarks/floor`). To change the value is to make a new one.
public indirect enum Boxed<Value> {
    /// The value.
    case value(Value)

    /// The value.
    public var content: Value {
        get {
            switch self {
            case .value(let value): value
            }
        }
        set { self = .value(newValue) }
    }
}

extension Boxed: Sendable where Value: Sendable {}
extension Boxed: Equatable where Value: Equatable {}
extension Boxed: Hashable where Value: Hashable {}
