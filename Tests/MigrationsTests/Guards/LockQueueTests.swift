import FleetModel
import Testing

@testable import Migrations

@Suite("Who waits for whom") struct LockQueueTests {
    /// 2 waits for 1; 3 waits for both; 4 waits for 3; 9 waits for 8.
    private let queue = LockQueue(waits: [2: [1], 3: [2, 1], 4: [3], 9: [8]])

    @Test func `counts those behind, also behind others`() {
        #expect(queue.queued(behind: 2) == [3, 4])
        #expect(queue.queued(behind: 4) == [])
        #expect(queue.queued(behind: 1) == [2, 3, 4])
    }

    @Test func `names who holds the lock and not who is ahead in the queue`() {
        #expect(queue.holders(before: 4) == [1])
        #expect(queue.holders(before: 9) == [8])
        #expect(queue.holders(before: 1) == [])
    }

    @Test func `ends where everyone waits for another`() {
        let circle = LockQueue(waits: [1: [2], 2: [3], 3: [1]])
        #expect(circle.queued(behind: 1) == [2, 3])
        #expect(circle.holders(before: 1) == [2])
    }
}

@Suite("The tries of a migration") struct LockTriesTests {
    private func tries(_ lock: Duration, _ retry: LockRetry = .standard) -> LockTries {
        LockTries(TargetRules(lockTimeout: LockTimeout(lock), lockRetry: retry))
    }

    @Test func `climb from half a second to the inventory's limit`() {
        var tries = tries(.seconds(3))
        let limits = (1...5).map { _ in tries.begin().duration }
        #expect(limits == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(3), .seconds(3)])
        #expect(tries.made == 5)
    }

    @Test func `never wait longer than a small limit, and without limit where there is none`() {
        #expect(tries(.milliseconds(50)).timeout(ofTry: 1).duration == .milliseconds(50))
        #expect(tries(.zero).timeout(ofTry: 1).duration == .zero)
        #expect(tries(.zero).timeout(ofTry: 40).duration == .zero)
    }

    @Test func `use the whole limit where there is only one`() {
        #expect(tries(.seconds(3), .never).timeout(ofTry: 1).duration == .seconds(3))
    }

    @Test func `end with their number, their time, or the harm to others`() {
        var random = SystemRandomNumberGenerator()
        var few = tries(.seconds(1), LockRetry(attempts: 2, initial: .milliseconds(1), max: .milliseconds(1)))
        _ = few.begin()
        #expect(few.pause(after: 0, using: &random) != nil)
        #expect(few.pause(after: 20, using: &random) == nil)
        _ = few.begin()
        #expect(few.pause(after: 0, using: &random) == nil)
        var short = tries(.seconds(1), LockRetry(attempts: 9, initial: .zero, max: .zero, budget: .zero))
        _ = short.begin()
        #expect(short.pause(after: 0, using: &random) == nil)
    }
}
