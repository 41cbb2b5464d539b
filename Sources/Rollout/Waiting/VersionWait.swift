public import FleetModel
import Inventory

/// Waits until targets are on a version or a later one, and clean. Changes nothing on them.
public struct VersionWait: Sendable {
    /// What ended the wait.
    public enum End: String, Sendable, Hashable, Codable {
        /// All targets are there.
        case reached
        /// One is dirty, and nobody is at work on it.
        case dirty
        /// The time is up.
        case timedOut = "timed_out"
        /// The task was cancelled.
        case interrupted
    }

    /// What was found, in the order of the targets.
    public struct Report: Sendable {
        /// What ended the wait.
        public var end: End
        /// One for each target.
        public let findings: [WaitFinding]
    }

    /// The pause between two looks: it grows from the first to the last.
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(10)

    private let executor: TargetExecutor
    private let wanted: [(target: Target, version: Version)]

    /// - Parameters:
    ///   - executor: looks at the targets.
    ///   - wanted: the version for each target.
    public init(_ executor: TargetExecutor, for wanted: [(target: Target, version: Version)]) {
        self.executor = executor
        self.wanted = wanted
    }

    /// Looks again and again at the targets that are not there yet.
    ///
    /// Cancelling the task ends the wait.
    /// - Parameters:
    ///   - limit: how long; zero is one look.
    ///   - onChange: told of all targets, whenever something about one has changed.
    public func run(within limit: Duration, onChange: @escaping @Sendable ([WaitFinding]) -> Void) async -> Report {
        await withTaskGroup(of: Report?.self) { group in
            group.addTask(name: "look until all are there") { await look(isOnce: limit == .zero, onChange) }
            if limit > .zero {
                group.addTask(name: "the limit of the wait") {
                    try? await Task.sleep(for: limit)
                    return nil
                }
            }
            var report: Report?
            var isTimeUp = false
            for await ended in group {
                if let ended { report = ended } else { isTimeUp = report == nil && !Task.isCancelled }
                group.cancelAll()
            }
            var ended = report ?? Report(end: .interrupted, findings: [])
            if isTimeUp, ended.end == .interrupted { ended.end = .timedOut }
            return ended
        }
    }

    private func look(isOnce: Bool, _ onChange: @Sendable ([WaitFinding]) -> Void) async -> Report {
        var findings = wanted.map { WaitFinding(target: $0.target, wanted: $0.version, standing: .unseen, state: nil) }
        var pause = Self.firstPause
        while true {
            let before = findings
            await update(&findings)
            if findings != before { onChange(findings) }
            if findings.allSatisfy(\.isReached) { return Report(end: .reached, findings: findings) }
            if findings.contains(where: { $0.standing == .dirty }) { return Report(end: .dirty, findings: findings) }
            if isOnce, !Task.isCancelled { return Report(end: .timedOut, findings: findings) }
            do {
                try await Task.sleep(for: pause)
            } catch {
                return Report(end: .interrupted, findings: findings)
            }
            pause = min(pause * 1.5, Self.longestPause)
        }
    }

    /// Looks once at the targets that are not there. A look that was cut off changes nothing of what is known.
    private func update(_ findings: inout [WaitFinding]) async {
        let missing = Set(findings.filter { !$0.isReached }.map(\.target.id))
        var found = await states(of: missing)
        let dirty = Set(found.filter { (try? $0.value.get().isDirty) ?? false }.keys)
        var atWork = await executor.atWork(among: dirty)
        // Between the two questions the migration may have ended, or another one begun.
        let doubtful = dirty.subtracting(atWork)
        if !doubtful.isEmpty {
            let again = await states(of: doubtful)
            let others = again.filter { id, state in (try? state.get()) != (try? found[id]?.get()) }
            atWork.formUnion(await executor.atWork(among: Set(others.keys)))
            found.merge(again) { $1 }
        }
        await executor.closeIdle()
        for index in findings.indices {
            guard let state = found[findings[index].target.id] else { continue }
            if case .failure(let failure) = state, failure.kind == .cancelled || Task.isCancelled { continue }
            findings[index].take(state, isAtWork: atWork.contains(findings[index].target.id))
        }
    }

    private func states(of ids: Set<TargetID>) async -> [TargetID: Result<VersionState, TargetFailure>] {
        guard !ids.isEmpty else { return [:] }
        let entries = await executor.survey(of: ids).entries
        return Dictionary(entries.map { ($0.target.target.id, $0.found) }) { first, _ in first }
    }
}
