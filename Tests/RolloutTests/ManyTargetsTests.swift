import FleetModel
import Glibc
import Testing

@testable import Rollout

@Suite("Deciding for many targets") struct ManyTargetsTests {
    private static let me = Operator(user: "ada", machine: "desk", process: 1)

    /// Takes so many targets of 40 hosts to the end, 64 at a time: the last one fails, and all the others go back.
    ///
    /// - Returns: the seconds of this thread's CPU that took, which other work on the machine does not lengthen.
    private func seconds(for count: Int) -> Double {
        let targets = (0..<count).map { Plans.target("d\($0)", host: "h\($0 % 40)") }
        let last = targets.last?.id
        let start = Self.cpu
        var machine = RolloutMachine(
            plan: Plans.plan(Plans.environment(waves: [targets], concurrency: 64, perHost: 4)))
        var atWork: [RolloutEvent] = []
        machine.apply(.started(by: Self.me))
        while true {
            while let event = machine.decide() {
                machine.apply(event)
                switch event {
                case .targetStarted(let id):
                    atWork.append(.targetFinished(id, id == last ? .failedClean : .succeeded))
                case .revertStarted(let id):
                    atWork.append(.revertFinished(id, .reverted))
                default: break
                }
            }
            guard let next = atWork.popLast() else { break }
            machine.apply(next)
        }
        let spent = Self.cpu - start
        #expect(machine.course == .ended(.rolledBack))
        #expect(machine.accounts == [.rolledBack: count - 1, .failed: 1])
        return spent
    }

    private static var cpu: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func `ten times as many take about ten times as long, there and back`() {
        let few = seconds(for: 1_000)
        let many = seconds(for: 10_000)
        // Work in proportion to the square would be a hundred times as long.
        #expect(many < few * 30)
    }
}
