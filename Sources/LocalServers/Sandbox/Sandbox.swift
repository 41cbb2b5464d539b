import Glibc

/// A local copy of a fleet: one throw-away server for each host, with its databases, on this machine's loopback.
///
/// The servers let everyone on this machine in without a password (`trust`) and live on when the program that started them
/// ends, until `down`.
public struct Sandbox: Sendable {
    let directory: SandboxDirectory
    let binaries: PostgresBinaries
    let account: ServerAccount

    /// Light enough for a laptop with a dozen of them; nothing survives a power cut.
    static let settings = [
        "fsync": "off", "full_page_writes": "off", "max_connections": "200", "shared_buffers": "16MB",
        "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "128MB", "log_line_prefix": "%m [%p] %u@%d ",
    ]

    /// - Parameter directory: an absolute path, such as `/home/me/shop/.pgfleet/sandbox`.
    public init(directory: String) async throws {
        try await self.init(directory: directory, elsewhere: "/var/tmp")
    }

    init(directory: String, elsewhere: String) async throws {
        self.directory = SandboxDirectory(path: directory, elsewhere: elsewhere)
        account = try ServerAccount.current()
        binaries = try await PostgresBinaries.find()
    }

    /// Brings every server of the plan up with its roles and databases; what is there already is kept.
    ///
    /// - Returns: a report for each server, in the plan's order; one that failed does not stop the others.
    /// - Throws: `.sandboxBusy` while another process changes this sandbox.
    public func up(_ plan: SandboxPlan) async throws -> [SandboxReport] {
        let root = try directory.prepared(for: account)
        return try await withLock(on: root) {
            await overAll(plan.servers) { server in
                let local = self.server(server.name, in: root)
                do {
                    let (running, change) = try await raise(server, as: local)
                    try await makeDatabases(of: server, in: local, on: running)
                    return try await describe(server, local, running, change)
                } catch let error as LocalServerError {
                    return report(server, local, .failed(error))
                } catch {
                    return report(server, local, .failed(LocalServerError(.interrupted, directory: local.directory)))
                }
            }
        }
    }

    /// Stops every server in the sandbox's directory, those that the fleet file no longer names included.
    ///
    /// - Parameter keepData: false removes clusters, logs and the directory too.
    public func down(keepData: Bool = false) async throws -> [SandboxReport] {
        guard let root = directory.existing() else { return [] }
        let reports = try await withLock(on: root) {
            await overAll(directory.serverNames()) { name in
                let local = self.server(name, in: root)
                do {
                    let wasStopped = local.status() == .stopped
                    if keepData {
                        try await local.stop(.fast)
                        return report(name, local, .stopped, wasStopped ? .none : .stopped)
                    }
                    try await local.destroy()
                    return report(name, local, .absent, .removed)
                } catch let error as LocalServerError {
                    return report(name, local, .failed(error), .none)
                } catch {
                    let interrupted = LocalServerError(.interrupted, directory: local.directory)
                    return report(name, local, .failed(interrupted), .none)
                }
            }
        }
        if !keepData { try directory.remove() }
        return reports
    }

    /// How each server of the plan is, then those in the directory that the plan does not name. Changes nothing.
    public func status(_ plan: SandboxPlan) async throws -> [SandboxReport] {
        let root = directory.existing() ?? directory.path
        let planned = await overAll(plan.servers) { server in
            let local = self.server(server.name, in: root)
            switch local.status() {
            case .noCluster: return report(server, local, .absent)
            case .stopped: return report(server, local, .stopped)
            case .changing(let pid): return report(server, local, .running(pid: pid))
            case .running(let running):
                do {
                    return try await describe(server, local, running, .none)
                } catch {
                    return report(server, local, .running(pid: running.pid))
                }
            }
        }
        let names = Set(plan.servers.map(\.name))
        let others = directory.serverNames().filter { !names.contains($0) }.map { name in
            let local = self.server(name, in: root)
            if case .running(let running) = local.status() {
                return report(name, local, .running(pid: running.pid), .none)
            }
            return report(name, local, .stopped, .none)
        }
        return planned + others
    }

    private func server(_ name: String, in root: String) -> LocalServer {
        LocalServer(directory: "\(root)/\(name)", binaries: binaries, account: account)
    }
}
