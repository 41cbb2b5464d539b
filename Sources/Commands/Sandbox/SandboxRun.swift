import FleetModel
import Inventory
import LocalServers

/// One command on the sandbox: the plan out of the inventory, and the servers' reports as a table.
struct SandboxRun {
    let session: FleetSession

    init(_ session: FleetSession) { self.session = session }

    private struct Document: Encodable {
        struct Server: Encodable {
            let name, state, change: String
            @OrNull var address: String?
            @OrNull var process: Int32?
            let databases: [String]
            @OrNull var error: String?
        }
        let servers: [Server]
    }

    func run(
        _ work: @escaping @Sendable @concurrent (Sandbox, SandboxPlan) async throws -> [SandboxReport]
    ) async throws {
        let reports: [SandboxReport]
        do {
            let plan = try SandboxPlan(try await places())
            let sandbox = try await Sandbox(directory: session.directory + "/.pgfleet/sandbox")
            // A signal cancels, so that the programs that run for a server end before this process does.
            let working = Task { try await work(sandbox, plan) }
            let interrupts = Interrupts { working.cancel() }
            reports = try await working.value
            withExtendedLifetime(interrupts) {}
            if working.isCancelled { throw Failure(.interrupted, "interrupted; the same command goes on from here") }
        } catch let error as LocalServerError {
            throw Failure(.failed, "\(error)")
        } catch is CancellationError {
            throw Failure(.interrupted, "interrupted; the same command goes on from here")
        }
        try session.output.write(Document(servers: reports.map(Self.document))) {
            guard !reports.isEmpty else { return ["There is no sandbox. Start one with: pgfleet sandbox up"] }
            var table = Table([
                .init(title: "SERVER"), .init(title: "ADDRESS"), .init(title: "STATE"), .init(title: "DATABASES"),
            ])
            for report in reports {
                let (text, tint) = report.words
                table.add(
                    .init(report.name, .strong), .init(report.endpoint?.description ?? ""), .init(text, tint),
                    .init(report.databases.joined(separator: " ")))
            }
            return table.lines(width: session.output.dataWidth, paint: session.output.data.paint)
        }
        let failures = reports.compactMap { report -> String? in
            if case .failed(let error) = report.state { "\(report.name): \(error)" } else { nil }
        }
        if !failures.isEmpty { throw Failure(.failed, failures.joined(separator: "\n")) }
    }

    /// Each database of the inventory, with the role that pgfleet connects as, which owns it.
    private func places() async throws -> [(host: String, endpoint: HostEndpoint, database: SandboxPlan.Database)] {
        var places: [(host: String, endpoint: HostEndpoint, database: SandboxPlan.Database)] = []
        for target in session.fleet.targets {
            let keywords = try await target.access.resolved(with: session.resolver)
            places.append(
                (
                    target.target.hostName, target.target.endpoint,
                    SandboxPlan.Database(name: target.target.database, owner: keywords["user"] ?? session.me.user)
                ))
        }
        return places
    }

    private static func document(_ report: SandboxReport) -> Document.Server {
        let (text, _) = report.words
        var process: Int32?
        var complaint: String?
        switch report.state {
        case .running(let pid): process = pid
        case .failed(let error): complaint = "\(error)"
        case .stopped, .absent: break
        }
        return Document.Server(
            name: report.name, state: text, change: report.change.rawValue, address: report.endpoint?.description,
            process: process, databases: report.databases, error: complaint)
    }
}

extension SandboxReport {
    /// The state in a word, and its colour.
    var words: (String, Paint.Tint) {
        switch state {
        case .running: ("running", .good)
        case .stopped: ("stopped", .warning)
        case .absent: (change == .removed ? "removed" : "absent", .quiet)
        case .failed: ("failed", .bad)
        }
    }
}
