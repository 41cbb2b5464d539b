import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout
import Synchronization

/// Waits until databases are migrated, for what must not start before.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until every selected target is on a version, clean.",
        discussion: """
            For init containers and pipelines. Looks again and again, at first after a second and at last every ten, and \
            changes nothing. The exit code is 0 when all are on the version or a later one and none is dirty, 3 as soon \
            as one is dirty and nobody is at work on it, 1 when the time is up, 130 when it was interrupted. A target \
            that cannot be reached is waited for. A version that is named needs no migration files.
            """)

    @OptionGroup var databases: DatabaseOptions

    @Option(help: ArgumentHelp("The version, or 'latest' of the files.", valueName: "version"))
    var version: GoalArgument = .latest

    @Option(help: ArgumentHelp("How long to wait; 0 looks once.", valueName: "duration"))
    var timeout: DurationArgument = DurationArgument(.seconds(300))

    func validate() throws {
        try databases.validateAddresses()
        if case .version(nil) = version.goal { throw ValidationError("--version is a version or 'latest'") }
    }

    func run() async throws {
        try await databases.run { session in
            let start = ContinuousClock.now
            let waiting = Task { try await wait(session, until: start + timeout.duration) }
            let interrupts = Interrupts { waiting.cancel() }
            let report = try await waiting.value
            withExtendedLifetime(interrupts) {}
            let seconds = (ContinuousClock.now - start).seconds
            try session.output.write(WaitDocument(report, seconds: seconds)) {
                WaitText(report.findings, session.output.data.paint).result(of: report.end, after: seconds)
            }
            switch report.end {
            case .reached: return
            case .dirty: throw Failure(.dirty, nil)
            case .timedOut: throw Failure(.failed, nil)
            case .interrupted: throw Failure(.interrupted, nil)
            }
        }
    }

    private func wait(_ session: FleetSession, until end: ContinuousClock.Instant) async throws -> VersionWait.Report {
        let targets = try await select(session, until: end)
        let library = try version.goal == .latest ? session.library(for: targets) : MigrationLibrary([])
        let wanted = try targets.compactMap { target in
            switch version.goal {
            case .latest: try library.files(of: target.access.source).newest.map { (target.target, $0) }
            case .version(let version): version.map { (target.target, $0) }
            }
        }
        let executor = session.executor(for: targets, library: library)
        let limit = timeout.duration == .zero ? .zero : max(end - .now, .milliseconds(1))
        let told = Mutex<String?>(nil)
        return await VersionWait(executor, for: wanted).run(within: limit) { [output = session.output] findings in
            guard let line = WaitText(findings, output.messages.paint).progress else { return }
            // What changed may be a detail that the line does not have.
            if told.withLock({ $0 != line }) { output.tell(line) }
            told.withLock { $0 = line }
        }
    }

    /// The targets; a host that cannot be asked for its own now is asked again.
    private func select(_ session: FleetSession, until end: ContinuousClock.Instant) async throws -> [FleetTarget] {
        let selector = try databases.selection.selector()
        var (told, pause): (String?, Duration) = (nil, .seconds(1))
        while true {
            let selection = try await session.fleet.targets(selecting: selector, resolver: session.resolver)
            guard let problem = selection.problems.first else { return selection.targets }
            let headline =
                "\(problem.place): host \(problem.hostName) of \(problem.environment) could not be asked for its "
                + "targets: \(FailureText.headline(problem.failure))"
            guard !Task.isCancelled else { throw Failure(.interrupted, nil) }
            guard ContinuousClock.now + pause < end else { throw Failure(.failed, headline) }
            if told != headline { session.output.tell("waiting: \(headline)") }
            told = headline
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw Failure(.interrupted, nil)
            }
            pause = min(pause * 2, .seconds(10))
        }
    }
}
