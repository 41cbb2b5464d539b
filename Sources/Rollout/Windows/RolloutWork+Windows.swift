import FleetModel
import Foundation

extension RolloutWork {
    /// How often the clock is looked at. Its time is the wall's, which may be set, so nothing sleeps until a time.
    private static let tick = Duration.milliseconds(500)

    /// When the versions of an environment have been passed for long enough.
    func promotionTime(of name: String, _ drive: RolloutDrive) -> Date {
        guard let promotion = drive.machine.environment(named: name)?.rules.promotion else { return .distantPast }
        let passed =
            promotion.awaited.compactMap { drive.passed[$0] } + [promotion.passedMilliseconds].compactMap(\.self)
        return passed.max().map { Date(timeIntervalSince1970: Double($0) / 1000 + promotion.bakeSeconds) }
            ?? .distantPast
    }

    func wait(until time: Date, _ group: inout DiscardingTaskGroup, _ tell: @escaping @Sendable () -> Void) {
        group.addTask(name: "wait for a time") { [now] in
            while now() < time {
                do { try await Task.sleep(for: Self.tick) } catch { return }
            }
            tell()
        }
    }

    /// Tells when targets may start, and when they may not any more, until the rollout is left.
    func watchWindow(
        of name: String, _ machine: RolloutMachine, _ post: Post, _ group: inout DiscardingTaskGroup
    ) {
        guard let times = machine.environment(named: name)?.rules.startTimes, !control.watchesWindow(of: name) else {
            return
        }
        group.addTask(name: "window of \(name)") { [now] in
            var wasOpen = false
            while true {
                let isOpen = times.isOpen(at: now())
                if isOpen != wasOpen {
                    post.tell(isOpen ? .windowOpened(environment: name) : .windowClosed(environment: name))
                }
                wasOpen = isOpen
                do { try await Task.sleep(for: Self.tick) } catch { return }
            }
        }
    }
}
