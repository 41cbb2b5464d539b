/// Who did something, from where.
public struct Operator: Sendable, Hashable, Codable {
    /// The login name.
    public let user: String
    /// The machine's name.
    public let machine: String
    /// The process on that machine.
    public let process: Int32

    /// Makes an operator.
    public init(user: String, machine: String, process: Int32) {
        self.user = user
        self.machine = machine
        self.process = process
    }
}

extension Operator: CustomStringConvertible {
    public var description: String { "\(user)@\(machine)" }
}
