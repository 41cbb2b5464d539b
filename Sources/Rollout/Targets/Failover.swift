import FleetModel
import Migrations

/// Goes on with a target whose primary went away in the middle of its migrations, on the server that takes writes now.
///
/// Only where the inventory names several servers. What is left to do is read from the new primary, under its locks: what
/// the old one had committed and not passed on is done once more.
struct Failover {
    /// How often the server may go away under one target.
    static let limit = 3
    /// The pause between two tries to find a server that takes writes.
    static let pause = Duration.seconds(1)

    private let isPossible: Bool
    private let shouldStop: @Sendable () -> Bool

    init(_ endpoint: HostEndpoint, _ shouldStop: @escaping @Sendable () -> Bool) {
        isPossible = endpoint.isList
        self.shouldStop = shouldStop
    }

    /// Attempts it, and again where the server was lost meanwhile and the state is known and clean.
    ///
    /// - Parameters:
    ///   - first: what an attempt that was made already has reached.
    ///   - attempt: told whether it follows another one.
    /// - Throws: why the first attempt could not begin.
    func follow(
        _ first: TargetReport?, _ attempt: (Bool) async throws(TargetFailure) -> TargetReport
    ) async throws(TargetFailure) -> TargetReport {
        var report: TargetReport
        if let first {
            report = first
        } else {
            report = try await patiently { () throws(TargetFailure) in try await attempt(false) }
        }
        for _ in 0..<Self.limit {
            guard isPossible, report.wasCutOff, !shouldStop(), !Task.isCancelled else { return report }
            do throws(TargetFailure) {
                report.append(try await patiently { () throws(TargetFailure) in try await attempt(true) })
            } catch {
                // What is known is what was read after the loss.
                return report
            }
        }
        return report
    }

    /// Waits for a server that takes writes: while a standby is promoted there is none.
    private func patiently(
        _ body: () async throws(TargetFailure) -> TargetReport
    ) async throws(TargetFailure) -> TargetReport {
        let end = ContinuousClock.now + TargetSession.failoverLimit
        while true {
            do throws(TargetFailure) {
                return try await body()
            } catch {
                let isPassing = error.kind == .readOnly || error.kind == .unreachable || error.kind == .timedOut
                guard isPossible, isPassing, !shouldStop(), ContinuousClock.now + Self.pause < end else { throw error }
                do { try await Task.sleep(for: Self.pause) } catch { throw TargetFailure.cut }
            }
        }
    }
}

extension TargetFailure {
    /// The wait for a server was cancelled.
    fileprivate static let cut = TargetFailure(
        kind: .cancelled, message: "Stopped, as asked, while no server took writes",
        consequence: "Nothing was changed there by this attempt.")
}

extension TargetReport {
    /// Whether its server went away, and another one has said where the target stands.
    fileprivate var wasCutOff: Bool {
        if brokeBeforeItsStart { return true }
        guard failure?.kind == .connectionLost, let after else { return false }
        return !after.isDirty
    }

    /// Adds what the next attempt has reached. A step that it took once more counts once.
    fileprivate mutating func append(_ next: TargetReport) {
        before = before ?? next.before
        finished = finished.filter { done in !next.finished.contains { $0.step == done.step } } + next.finished
        after = next.after
        failure = next.failure
    }
}
