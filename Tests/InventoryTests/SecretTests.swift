import Foundation
import TestSupport
import Testing

@testable import Inventory

@Suite("Secrets") struct SecretTests {
    static let place = SourcePlace(file: "fleet.yaml", line: 3, column: 13, path: "defaults.password")

    static func text(_ text: String, in directory: String = "/") throws -> SecretText {
        SecretText(parts: try SecretText.parts(of: text, directory: directory), place: place)
    }

    static func resolve(_ text: String, limit: Duration = .seconds(30)) async throws -> String {
        let resolver = SecretResolver(environment: ["A": "one", "B": "two", "EMPTY": ""], commandLimit: limit)
        return try await resolver.resolve(self.text(text))
    }

    static func failure(_ text: String, limit: Duration = .seconds(30)) async -> SecretError? {
        await #expect(throws: SecretError.self) { try await resolve(text, limit: limit) }
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("${env:A}", "one"), ("${env:A}-${env:B}!", "one-two!"),
        ("$${env:A}", "${env:A}"),
        ("$5 a$b$", "$5 a$b$"), ("${env:EMPTY}", ""), ("${command:echo hello}", "hello"),
        ("${command:printf 'a\\n\\n'}", "a\n"), ("${command:printf ' a '}", " a "),
        ("${command:echo '{a: ${x}}'}", "{a: ${x}}"), ("x${command:printf 'ä\\r\\n'}y", "xäy"),
    ])
    func `references are replaced wherever they stand`(text: String, value: String) async throws {
        #expect(try await Self.resolve(text) == value)
    }

    @Test(arguments: ["${env:A", "${", "${}", "${A}", "${env:}", "${evn:A}", "${env:A=1}", "${command:echo '{'}"])
    func `a malformed reference is an error`(text: String) {
        #expect(throws: SecretSyntaxError.self) { try SecretText.parts(of: text, directory: "/") }
    }

    @Test func `a missing variable is named with its place`() async {
        let failure = await Self.failure("postgres://u:${env:NOPE}@h/d")
        #expect(failure?.reason == .variableNotSet("NOPE"))
        #expect(
            failure?.description
                == "fleet.yaml:3:13: defaults.password: the environment variable NOPE is not set")
    }

    @Test func `a file gives its text without the last line break`() async throws {
        try await withTemporaryDirectory { directory in
            try "hunter2\n".write(toFile: directory + "/secret", atomically: true, encoding: .utf8)
            let text = try Self.text("<${file:secret}>", in: directory)
            #expect(try await SecretResolver().resolve(text) == "<hunter2>")
        }
    }

    @Test func `a file that cannot be taken is named`() async throws {
        try await withTemporaryDirectory { directory in
            let missing = await Self.failure("${file:\(directory)/nope}")
            #expect(missing?.reason == .fileUnreadable("\(directory)/nope", "No such file or directory"))
            let folder = await Self.failure("${file:\(directory)}")
            #expect(folder?.reason == .fileUnreadable(directory, "not a regular file"))
            #expect(mkfifo(directory + "/pipe", 0o600) == 0)
            let pipe = await Self.failure("${file:\(directory)/pipe}")
            #expect(pipe?.reason == .fileUnreadable("\(directory)/pipe", "not a regular file"))
            try Data(repeating: 97, count: SecretResolver.byteLimit + 1).write(to: URL(filePath: directory + "/large"))
            #expect(await Self.failure("${file:\(directory)/large}")?.reason == .tooLarge(limit: 65_536))
            try Data([0x61, 0xff]).write(to: URL(filePath: directory + "/binary"))
            #expect(await Self.failure("${file:\(directory)/binary}")?.reason == .notText)
        }
    }

    @Test(arguments: [
        ("exit 3", SecretError.Reason.commandFailed(3)), ("kill -9 $$", .commandFailed(137)),
        ("true", .commandPrintedNothing), ("no-such-program-here", .commandFailed(127)),
        ("head -c 70000 /dev/zero | tr '\\0' a", .tooLarge(limit: 65_536)), ("yes", .tooLarge(limit: 65_536)),
        ("printf 'a\\0b'", .notText),
    ])
    func `a command that gives no secret is an error`(line: String, reason: SecretError.Reason) async {
        #expect(await Self.failure("${command:\(line)}")?.reason == reason)
    }

    @Test func `neither a command line nor what it wrote is part of an error`() async {
        let failure = await Self.failure("${command:echo hunter2; echo hunter2 >&2; exit 1}")
        #expect(
            failure?.description
                == "fleet.yaml:3:13: defaults.password: the command ended with status 1; run it by hand to see why")
    }

    @Test(.timeLimit(.minutes(1))) func `a command that does not end is killed with its children`() async throws {
        try await withTemporaryDirectory { directory in
            // The child holds the output open: waiting for its end would take an hour.
            let line = "sleep 3600 & echo $! >\(directory)/child; wait"
            let failure = await Self.failure("${command:\(line)}", limit: .seconds(1))
            #expect(failure?.reason == .commandTimedOut(.seconds(1)))
            let child = try String(contentsOfFile: directory + "/child", encoding: .utf8)
            let pid = try #require(Int32(child.trimmingCharacters(in: .whitespacesAndNewlines)))
            // The signal was sent; the kernel may still be delivering it. The time limit ends a wait in vain.
            while let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).split(separator: " "),
                state[2] != "Z"
            { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `all of a long output arrives, although the command has ended`() async throws {
        for _ in 0..<20 {
            let value = try await Self.resolve("${command:head -c 60000 /dev/zero | tr '\\0' a}")
            #expect(value.utf8.count == 60_000)
        }
    }

    @Test func `a command runs once, however many ask, and also when it fails`() async throws {
        try await withTemporaryDirectory { directory in
            let line = "echo x >>\(directory)/runs; [ -e \(directory)/fail ] && exit 1; cat \(directory)/runs"
            for name in ["works", "fail"] {
                try? FileManager.default.removeItem(atPath: directory + "/runs")
                _ = FileManager.default.createFile(atPath: directory + "/" + name, contents: nil)
                let text = try Self.text("${command:\(line)}")
                let resolver = SecretResolver()
                let answers = await withTaskGroup(of: String?.self) { group in
                    for _ in 0..<100 { group.addTask { try? await resolver.resolve(text) } }
                    return await group.reduce(into: Set<String?>()) { $0.insert($1) }
                }
                #expect(answers == [name == "works" ? "x" : nil])
                #expect(try String(contentsOfFile: directory + "/runs", encoding: .utf8) == "x\n")
            }
        }
    }

    @Test func `what a server refused is looked up once more, unless that was done a moment ago`() async throws {
        try await withTemporaryDirectory { directory in
            let fleet = try Fleet(
                yaml: """
                    fleet: f
                    defaults: {user: u, password: "${command:echo x >>\(directory)/runs; wc -l <\(directory)/runs}"}
                    environments: {e: {targets: [{host: h, database: d}]}}
                    """)
            let access = try #require(fleet.targets.first).access
            let eager = SecretResolver(freshFor: .zero)
            let first = try await access.resolved(with: eager)
            #expect(first["password"] == "1")
            #expect(try await access.resolved(with: eager)["password"] == "1")
            #expect(try await access.renewed(first, with: eager)?["password"] == "2")
            let patient = SecretResolver()
            let third = try await access.resolved(with: patient)
            #expect(third["password"] == "3")
            #expect(try await access.renewed(third, with: patient) == nil, "another attempt would be refused as well")
            #expect(try await access.renewed(first, with: patient)?["password"] == "3", "someone else renewed it")
        }
    }

    @Test func `a command cannot read what the terminal would give`() async throws {
        #expect(await Self.failure("${command:read -r line && echo $line}")?.reason == .commandFailed(1))
    }

    @Test func `nothing that prints a secret text shows it`() throws {
        let text = try Self.text("hunter2${env:A}${command:echo hunter2}")
        var dumped = ""
        dump(text, to: &dumped)
        dump([text.parts], to: &dumped)
        let printed = ["\(text)", String(reflecting: text), "\(Optional(text) as Any)", "\([text])", dumped]
        for output in printed { #expect(!output.contains("hunter2"), "\(output)") }
    }
}
