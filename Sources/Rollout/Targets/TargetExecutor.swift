public import FleetModel
public import Inventory
public import Migrations
import Postgres

/// Does in this process what a rollout decides: looks at targets, brings them along routes, asks their probes.
public struct TargetExecutor: Sendable {
    /// How many targets are looked at at once, and how many of them on one host.
    static let surveyWidth = 64
    static let surveyPerHost = 8

    let targets: [FleetTarget]
    private let byID: [TargetID: FleetTarget]
    private let reachable: [TargetID: FleetTarget]
    let library: MigrationLibrary
    let resolver: SecretResolver
    private let retryCommand: String?
    private let origin: RunOrigin
    private let operand: String?
    let idle = IdleSessions()
    /// Targets that can be looked at, and migrated one after the other, over the same session.
    let neighbours: Neighbours

    /// - Parameters:
    ///   - targets: every target that will be looked at and changed, with how to reach it.
    ///   - others: targets that gates and hooks may ask beside those.
    ///   - origin: on whose behalf targets are changed.
    ///   - retryCommand: what failures name to run it all again; by default what works on the one target.
    ///   - operand: how commands name a target that no inventory has.
    public init(
        targets: [FleetTarget], others: [FleetTarget] = [], library: MigrationLibrary, resolver: SecretResolver,
        origin: RunOrigin, retryCommand: String? = nil, operand: String? = nil
    ) {
        self.targets = targets
        neighbours = Neighbours(targets)
        byID = Dictionary(targets.map { ($0.target.id, $0) }) { first, _ in first }
        reachable = Dictionary((targets + others).map { ($0.target.id, $0) }) { first, _ in first }
        self.library = library
        self.resolver = resolver
        self.retryCommand = retryCommand
        self.origin = origin
        self.operand = operand
    }

    /// Does the same on every target, or on some, under the limits of a survey.
    func onEach<Value: Sendable>(
        of ids: Set<TargetID>? = nil, _ work: @escaping @Sendable (TargetID) async -> Value
    ) async -> [TargetID: Value] {
        await onEach(of: targets.map(\.target).filter { ids?.contains($0.id) ?? true }, work)
    }

    func onEach<Value: Sendable>(
        of asked: [Target], _ work: @escaping @Sendable (TargetID) async -> Value
    ) async -> [TargetID: Value] {
        var queue = LimitedQueue(asked, concurrency: Self.surveyWidth, perHost: Self.surveyPerHost)
        return await withTaskGroup(of: (TargetID, Value).self) { group in
            var found: [TargetID: Value] = [:]
            while true {
                while let next = queue.next() {
                    queue.start(next)
                    group.addTask(name: "look at \(next)") { (next, await work(next)) }
                }
                guard let (id, result) = await group.next() else { return found }
                queue.finish(id)
                found[id] = result
            }
        }
    }

    /// Brings a target along a route, from wherever on it the database says that it is.
    ///
    /// - Parameters:
    ///   - rollout: the rollout that wants it, for the target's history.
    ///   - mayHaveBegun: whether an earlier attempt may have taken steps; else a target in the middle was moved by others.
    ///   - allowsMissingDowns: whether the version may go back over one without a down file, leaving its schema.
    ///   - allowsOutOfOrder: whether versions below the target's that were never applied there are passed over.
    ///   - shouldStop: asked between two steps.
    ///   - shouldGiveUp: asked while locks of others are waited for; true ends the wait.
    ///   - applicationName: what the session calls itself while a step runs, before the step's version.
    ///   - onNotice: told of what the server says, and of who is in the way.
    ///   - onStep: told of each step that ended well.
    /// - Returns: what was reached; its `after` was read from the database.
    public func bring(
        _ id: TargetID, along route: Route, in rollout: RolloutID? = nil, mayHaveBegun: Bool = true,
        allowsMissingDowns: Bool = false,
        allowsOutOfOrder: Bool = false,
        shouldStop: @escaping @Sendable () -> Bool, shouldGiveUp: @escaping @Sendable () -> Bool = { false },
        applicationName: String? = nil, onNotice: @escaping @Sendable (TargetNotice) -> Void = { _ in },
        onStep: @escaping @Sendable (TargetReport.FinishedStep) -> Void
    ) async -> TargetReport {
        do throws(TargetFailure) {
            let target = try target(id)
            let files = try files(of: target)
            let options = RunOptions(
                rollout: rollout, mayHaveBegun: mayHaveBegun, allowsMissingDowns: allowsMissingDowns,
                allowsOutOfOrder: allowsOutOfOrder, shouldStop: shouldStop, shouldGiveUp: shouldGiveUp,
                applicationName: applicationName
            ) { progress in
                if case .finished(let step) = progress { onStep(step) }
            } onNotice: { notice in
                onNotice(notice)
            }
            var report: TargetReport?
            let group = neighbours.group(of: id)
            if let session = await idle.take(target.target, in: group) {
                report = await session.run(route, in: files, options: options)
                await leave(session, in: group, report?.failure)
                if report?.brokeBeforeItsStart == true { report = nil }
            }
            return try await Failover(target.target.endpoint, shouldStop).follow(report) {
                isAgain throws(TargetFailure) in
                let session = try await open(target)
                var options = options
                if isAgain { options.mayHaveBegun = true }
                let report = await session.run(route, in: files, options: options)
                await leave(session, in: group, report.failure)
                return report
            }
        } catch {
            return TargetReport(before: nil, after: nil, failure: error)
        }
    }

    /// Records a version as clean without running anything.
    ///
    /// - Parameter reason: why, for the target's history.
    /// - Returns: the state as it was read afterwards.
    public func force(
        _ version: Version?, on id: TargetID, because reason: String? = nil
    ) async throws(TargetFailure) -> VersionState {
        let files = try? library.files(of: try target(id).access.source)
        return try await withSession(id) { session throws(TargetFailure) in
            try await session.force(version, among: files, because: reason)
        }
    }

    /// What a target's schema holds, counted; nothing is locked or changed.
    public func contents(of id: TargetID) async throws(TargetFailure) -> SchemaContents {
        try await withSession(id) { session throws(TargetFailure) in try await session.contents() }
    }

    /// Drops all that a target's schema holds, in one transaction.
    ///
    /// - Returns: what was dropped.
    public func drop(_ id: TargetID) async throws(TargetFailure) -> SchemaContents {
        try await withSession(id) { session throws(TargetFailure) in try await session.drop() }
    }

    /// Lends a session with a target: the one that a look has left, or a new one.
    package func withSession<Value: Sendable>(
        _ id: TargetID, _ body: (TargetSession) async throws(TargetFailure) -> Value
    ) async throws(TargetFailure) -> Value {
        let target = try target(id)
        let kept = await idle.take(target.target)
        let session: TargetSession
        if let kept { session = kept } else { session = try await open(target) }
        do throws(TargetFailure) {
            let value = try await body(session)
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }

    /// A target that gates and hooks may ask.
    var reach: @Sendable (TargetID) -> FleetTarget? { { [reachable] in reachable[$0] } }

    /// Gives back the connections that were kept.
    public func closeIdle() async { await idle.closeAll() }

    /// Connects; with secrets that are looked up once more when the server refuses those which were looked up before.
    func open(_ target: FleetTarget) async throws(TargetFailure) -> TargetSession {
        let keywords = try await target.keywords(resolver)
        do throws(TargetFailure) {
            return try await open(target, keywords)
        } catch {
            guard error.kind == .authentication,
                let renewed = try? await target.access.renewed(keywords, with: resolver)
            else { throw error }
            return try await open(target, renewed)
        }
    }

    private func open(_ target: FleetTarget, _ keywords: [String: String]) async throws(TargetFailure) -> TargetSession
    {
        try await TargetSession.open(
            target.target, settings: ConnectionSettings(keywords: keywords),
            options: SessionOptions(
                rules: target.access.rules, origin: origin, connectTimeout: target.access.connectTimeout,
                retryCommand: retryCommand, operand: operand))
    }

    package func target(_ id: TargetID) throws(TargetFailure) -> FleetTarget {
        guard let target = byID[id] else {
            throw TargetFailure(
                kind: .configuration, message: "\(id) is not in the inventory any more",
                consequence: "Nothing was changed there by this attempt.",
                remedy: "Put it back into the inventory, then resume the rollout.")
        }
        return target
    }

    package func files(of target: FleetTarget) throws(TargetFailure) -> MigrationSet {
        do {
            return try library.files(of: target.access.source)
        } catch {
            throw TargetFailure(
                kind: .filesChanged, message: "\(error)", consequence: "Nothing was changed there by this attempt.",
                remedy: "Use the migrations directory that the plan was made with.")
        }
    }
}

extension TargetReport {
    /// Whether the connection turned out to be dead before anything was read on it, so that nothing can have happened.
    var brokeBeforeItsStart: Bool {
        guard before == nil, finished.isEmpty, let failure else { return false }
        return failure.kind == .connectionLost || failure.kind == .unreachable
    }
}

extension FleetTarget {
    /// libpq's settings with their secrets looked up.
    func connectionSettings(_ resolver: SecretResolver) async throws(TargetFailure) -> ConnectionSettings {
        ConnectionSettings(keywords: try await keywords(resolver))
    }

    /// libpq's keywords with their secrets looked up.
    func keywords(_ resolver: SecretResolver) async throws(TargetFailure) -> [String: String] {
        do {
            return try await access.resolved(with: resolver)
        } catch {
            throw TargetFailure(
                kind: .configuration, message: "\(error)", consequence: "Nothing was changed there by this attempt.",
                remedy: "Correct the inventory, or provide the secret that it refers to.")
        }
    }
}
