internal import FleetModel
internal import Postgres
internal import Synchronization

/// Keeps what the server says while a step runs, as libpq's callback gives it, until the step has ended.
final class NoticeBox: Sendable {
    /// A file that raises a notice for each row must not fill the memory, nor a screen.
    private static let limit = 20
    private static let longest = 300

    private struct Content {
        var kept: [(severity: String, message: String)] = []
        var more = 0
    }

    private let content = Mutex(Content())

    func add(_ notice: Notice) {
        content.withLock { content in
            guard content.kept.count < Self.limit else {
                content.more += 1
                return
            }
            let message = notice.message.prefix(Self.longest)
            let isCut = message.count < notice.message.count
            content.kept.append((notice.severity, message.harmless + (isCut ? " …" : "")))
        }
    }

    /// Forgets all that it holds.
    func clear() { content.withLock { $0 = Content() } }

    /// Takes out all that it holds.
    func take(of step: MigrationStep) -> [TargetNotice] {
        let content = content.withLock { content in
            let taken = content
            content = Content()
            return taken
        }
        return content.kept.map { .said(step, severity: $0.severity, message: $0.message) }
            + (content.more > 0 ? [.saidMore(step, count: content.more)] : [])
    }
}
