import FleetModel
import Glibc

extension Sandbox {
    /// The server of the plan, running where the plan has it.
    func raise(
        _ server: SandboxPlan.Server, as local: LocalServer
    ) async throws -> (RunningServer, SandboxReport.Change) {
        var change = SandboxReport.Change.started
        switch local.status() {
        case .noCluster:
            try await local.create(authentication: .trust)
            change = .created
        case .running(let running):
            if running.isAt(server.listening) { return (running, .none) }
            try await local.stop(.fast)
            change = .restarted
        case .stopped, .changing:
            break
        }
        var settings = Self.settings
        settings["cluster_name"] = "pgfleet sandbox \(server.name)"
        return (try await local.start(server.listening, settings: settings), change)
    }

    /// Makes the roles and databases that are not there; leaves the others as they are.
    func makeDatabases(of server: SandboxPlan.Server, in local: LocalServer, on running: RunningServer) async throws {
        let roles = try await local.psql(["SELECT rolname FROM pg_roles"], on: running).lines
        let databases = try await local.psql(["SELECT datname FROM pg_database"], on: running).lines
        let owners = Set(server.databases.map(\.owner)).subtracting(roles).sorted()
        let missing = server.databases.filter { !databases.contains($0.name) }
        let commands =
            owners.map { "CREATE ROLE \(LocalServer.identifier($0)) LOGIN" }
            // Its own name is the name of the schema with the history, which must not come first in its search path.
            + owners.filter { $0 == "pgfleet" }.map { "ALTER ROLE \($0) SET search_path = public" }
            + missing.map {
                "CREATE DATABASE \(LocalServer.identifier($0.name)) OWNER \(LocalServer.identifier($0.owner))"
            }
        if !commands.isEmpty { try await local.psql(commands, on: running) }
    }

    /// The report of a server that runs, with the databases that it has.
    func describe(
        _ server: SandboxPlan.Server, _ local: LocalServer, _ running: RunningServer, _ change: SandboxReport.Change
    ) async throws -> SandboxReport {
        let present = try await local.psql(["SELECT datname FROM pg_database"], on: running).lines
        let wanted = server.databases.map(\.name)
        return SandboxReport(
            name: server.name, endpoint: server.endpoint, state: .running(pid: running.pid), change: change,
            databases: wanted.filter(present.contains), missingDatabases: wanted.filter { !present.contains($0) },
            log: local.log)
    }

    func report(_ server: SandboxPlan.Server, _ local: LocalServer, _ state: SandboxReport.State) -> SandboxReport {
        SandboxReport(
            name: server.name, endpoint: server.endpoint, state: state, change: .none, databases: [],
            missingDatabases: server.databases.map(\.name), log: local.log)
    }

    func report(
        _ name: String, _ local: LocalServer, _ state: SandboxReport.State, _ change: SandboxReport.Change
    ) -> SandboxReport {
        SandboxReport(
            name: name, endpoint: nil, state: state, change: change, databases: [], missingDatabases: [], log: local.log
        )
    }

    /// Works on a few servers at once and returns what came of each, in their order.
    func overAll<Item: Sendable>(
        _ items: [Item], _ work: @escaping @concurrent @Sendable (Item) async -> SandboxReport
    ) async -> [SandboxReport] {
        await withTaskGroup(of: (Int, SandboxReport).self) { group in
            var reports: [Int: SandboxReport] = [:]
            for (index, item) in items.enumerated() {
                if index >= 4, let (place, report) = await group.next() { reports[place] = report }
                group.addTask { (index, await work(item)) }
            }
            for await (place, report) in group { reports[place] = report }
            return items.indices.compactMap { reports[$0] }
        }
    }

    /// Keeps other processes from changing the sandbox meanwhile.
    func withLock<Value>(on root: String, _ body: () async throws -> Value) async throws -> Value {
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer {
            // Not by closing alone: a child that is being forked has a copy, and the lock is the copies' too.
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw LocalServerError(.sandboxBusy, directory: root)
        }
        return try await body()
    }
}

extension RunningServer {
    func isAt(_ listening: Listening) -> Bool {
        guard port == listening.port else { return false }
        guard let address = listening.addresses.first else { return socketDirectory == listening.socketDirectory }
        return self.address == address.description
    }
}

extension String {
    fileprivate var lines: Set<String> { Set(split(separator: "\n").map(String.init)) }
}
