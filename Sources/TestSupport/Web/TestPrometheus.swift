import FoundationEssentials
import LocalServers
import Web

/// The Prometheus of this test process, which looks at itself once a second. All tests share it.
public struct TestPrometheus: Sendable {
    /// It listens on 127.0.0.1 here, with its API below `/metrics-of-tests`.
    public let port: Int

    /// Where it is, for a query.
    public var address: String { "http://127.0.0.1:\(port)/metrics-of-tests" }

    private static let once = Task { try await start() }

    /// Started at the first use, and ended at the end of the test process, however that comes.
    public static func shared() async throws -> TestPrometheus { try await once.value }

    private static func start() async throws -> TestPrometheus {
        guard let port = LoopbackPort.unused() else { throw TestServerError("no free port on 127.0.0.1") }
        let program = try find()
        let directory = "\(try Watchdog.shared.get().directory)/prometheus"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let settings = """
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: itself
                metrics_path: /metrics-of-tests/metrics
                static_configs:
                  - targets: ["127.0.0.1:\(port)"]

            """
        try Data(settings.utf8).write(to: URL(filePath: directory + "/prometheus.yml"))
        let arguments = [
            "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=error",
            "--web.listen-address=127.0.0.1:\(port)", "--web.external-url=http://127.0.0.1:\(port)/metrics-of-tests",
        ]
        // Works inside the directory, so that the watchdog finds and ends it.
        let running = Task {
            try await Program("/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", directory, program] + arguments).run()
        }
        let prometheus = TestPrometheus(port: port)
        do {
            try await prometheus.waitForItself()
        } catch {
            running.cancel()
            let complaint = (try? await running.value)?.complaint ?? ""
            throw TestServerError("Prometheus did not start: \(error) \(complaint)")
        }
        return prometheus
    }

    private static func find() throws -> String {
        let candidates = ["/usr/bin/prometheus", "/usr/local/bin/prometheus"]
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw TestServerError("no prometheus; install it with: make bootstrap")
        }
        return found
    }

    /// Until it has looked at itself once.
    private func waitForItself() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                _ = try await PrometheusQuery("up == 1", at: address, timeout: .seconds(5)).values()
                return
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
