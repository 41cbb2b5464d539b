import Foundation
import LocalServers
import TestSupport
import Testing

/// What is printed for systemd and Kubernetes, as the program prints it, and the files of the sample fleet.
@Suite("Schedules that others run") struct DeploymentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL.path

    private func sample(_ arguments: String...) async throws -> ToolResult {
        try await withFleet { fleet in
            try await fleet.run(["schedule"] + arguments + ["--config", Self.root + "/fleet.yaml"])
        }
    }

    /// The files of a folder of `deploy`, by their names.
    private func deployed(_ folder: String) throws -> [String: String] {
        let path = "\(Self.root)/deploy/\(folder)"
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\($0)")), as: UTF8.self))
            })
    }

    /// What systemd says of units; nothing where they are right.
    private func complaints(_ folder: String) async throws -> String {
        let units = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".service") || $0.hasSuffix(".timer") }
        let outcome = try await Program(
            "/usr/bin/systemd-analyze", ["verify", "--man=no"] + units.sorted().map { "\(folder)/\($0)" }
        ).run()
        return outcome.succeeded ? outcome.complaint : "failed: \(outcome.complaint)"
    }

    @Test func `the sample's units are what is printed for it, and systemd takes them`() async throws {
        try await withTemporaryDirectory { folder in
            let printed = try await sample(
                "systemd", "--directory", "/srv/shop", "--program", "/usr/local/bin/pgfleet", "--write", folder)
            #expect(printed.code == 0, "\(printed.everything)")
            var files = try deployed("systemd")
            #expect(files.count == 4)
            for (name, text) in files {
                let written = String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(name)")), as: UTF8.self)
                #expect(written == text, "\(name)")
                // It looks for the program, too.
                files[name] = text.replacing("/usr/local/bin/pgfleet", with: Tool.path)
                try Data((files[name] ?? "").utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            #expect(try await complaints(folder) == "")
        }
    }

    @Test func `systemd refuses what is wrong in a unit`() async throws {
        try await withTemporaryDirectory { folder in
            #expect(try await sample("systemd", "--program", Tool.path, "--write", folder).code == 0)
            let timer = URL(filePath: "\(folder)/pgfleet-shop-nightly.timer")
            let text = String(decoding: try Data(contentsOf: timer), as: UTF8.self)
            try Data(text.replacing("OnCalendar=*", with: "OnCalendar=?").utf8).write(to: timer)
            #expect(try await complaints(folder) != "")
        }
    }

    @Test func `names and paths that mean something to systemd stand for themselves`() async throws {
        try await withFleet { outer in
            let fleet = FleetDirectory(path: outer.path + "/a b%h$HOME;é\"x")
            try fleet.write(
                "fleet.yaml",
                """
                fleet: läden
                environments: {e: {targets: [{host: a, database: b}]}}
                schedules: {nächtlich: {cron: "0 0 1 * 1", run: status}}
                """)
            let folder = outer.path + "/units"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let result = try await fleet.run("schedule", "systemd", "--program", Tool.path, "--write", folder)
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await complaints(folder) == "")
            let unit = try #require(result.output.split(separator: "\n").first)
            let text = String(decoding: try Data(contentsOf: URL(filePath: String(unit))), as: UTF8.self)
            #expect(text.contains("%%h$$HOME;é\\\"x/fleet.yaml\""), "\(text)")
        }
    }

    @Test func `the sample's manifests are what is printed for it, and have the shape of the API`() async throws {
        let printed = try await sample("kubernetes", "--image", "registry.example/shop-fleet:1")
        #expect(printed.code == 0, "\(printed.everything)")
        #expect(try deployed("kubernetes")["shop.yaml"] == printed.output)
        let documents = try Manifest.documents(printed.output)
        #expect(documents.map { $0["kind"] } == ["PersistentVolumeClaim", "CronJob", "CronJob"])
        #expect(documents.flatMap(\.problems) == [])
        #expect(documents.map { $0["spec", "schedule"] } == [nil, "30 2 * * *", "0 * * * *"])
        #expect(documents[1]["spec", "timeZone"] == "Europe/Berlin")
        for job in documents.dropFirst() {
            #expect(job["spec", "concurrencyPolicy"] == "Forbid")
            #expect(job["spec", "jobTemplate", "spec", "template", "spec", "securityContext", "runAsNonRoot"] == "true")
            #expect(
                job[
                    "spec", "jobTemplate", "spec", "template", "spec", "containers", "0", "securityContext",
                    "readOnlyRootFilesystem"] == "true")
        }
    }

    @Test func `secrets of the environment come from a secret, and no value is printed`() async throws {
        try await withFleet { fleet in
            try fleet.write(
                "fleet.yaml",
                """
                fleet: shop_2
                store: state/here.sqlite
                defaults: {password: "${env:DB_PASSWORD}", sslkey: "${file:key.pem}"}
                environments: {e: {targets: [{host: a, database: b}]}}
                schedules: {look: {every: 15m, run: status}}
                """)
            let arguments = ["schedule", "kubernetes", "look", "--image", "i:\"1", "--namespace", "dba"]
            let result = try await fleet.run(arguments, environment: ["DB_PASSWORD": "hunter2"])
            #expect(result.code == 0, "\(result.everything)")
            #expect(!result.everything.contains("hunter2"))
            #expect(result.messages.contains("key.pem"))
            let documents = try Manifest.documents(result.output)
            #expect(documents.flatMap(\.problems) == [])
            #expect(documents.map { $0["metadata", "namespace"] } == ["dba", "dba"])
            let container = ["spec", "jobTemplate", "spec", "template", "spec", "containers", "0"]
            func value(_ way: String...) -> String? { documents[1].value(container + way) }
            #expect(value("image") == "i:\"1")
            #expect(value("env", "0", "valueFrom", "secretKeyRef", "name") == "pgfleet-shop-2")
            #expect(value("env", "0", "valueFrom", "secretKeyRef", "key") == "DB_PASSWORD")
            #expect(value("volumeMounts", "1", "mountPath") == "/fleet/state")
        }
    }

    @Test(arguments: [
        ("systemd", "fleet: a\n", "every: 5h"), ("kubernetes", "fleet: a\n", "every: 5h"),
        ("kubernetes", "fleet: a\n", "every: 90m"), ("kubernetes", "fleet: a\n", "cron: \"0 0 */2 * 1\""),
        ("kubernetes", "fleet: läden\n", "every: 1h"),
        ("kubernetes", "fleet: \(String(repeating: "long", count: 12))\n", "every: 1h"),
        ("kubernetes", "fleet: a\nstore: state.sqlite\n", "every: 1h"),
    ])
    func `what cannot be said there is refused, and nothing is printed`(system: String, head: String, when: String)
        async throws
    {
        try await withFleet { fleet in
            try fleet.write(
                "fleet.yaml",
                head + "environments: {e: {targets: [{host: a, database: b}]}}\n"
                    + "schedules: {look: {\(when), run: status}}\n")
            let image = system == "kubernetes" ? ["--image", "i"] : []
            let result = try await fleet.run(["schedule", system] + image)
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.output.isEmpty)
        }
    }
}
