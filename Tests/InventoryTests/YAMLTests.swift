import Testing

@testable import Inventory

@Suite("YAML") struct YAMLTests {
    /// The tree as text, maps in their order; problems instead when there are any.
    static func tree(_ yaml: String, limits: YAMLLimits = YAMLLimits()) -> String {
        tree(Array(yaml.utf8), limits: limits)
    }

    static func tree(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> String {
        let log = ProblemLog(file: "f")
        let node = YAMLComposer.compose(bytes, limits: limits, log: log)
        guard log.errors.isEmpty else { return log.errors.map(\.description).joined(separator: "\n") }
        return node.map(text) ?? ""
    }

    static func text(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let text, _): text
        case .sequence(let items): "[" + items.map(text).joined(separator: ", ") + "]"
        case .mapping(let entries): "{" + entries.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    @Test func `scalars stay text`() {
        #expect(
            Self.tree("{a: 0123, b: 1.10, c: yes, d: '', e: 2024-01-01}")
                == "{a: 0123, b: 1.10, c: yes, d: , e: 2024-01-01}")
    }

    @Test func `a password that looks like a number stays as it is written`() async throws {
        let fleet = try Fleet(yaml: Samples.production("password: 0123\ntargets: [{host: a, database: 007}]"))
        let access = try #require(fleet.targets.first?.access)
        let keywords = try await access.resolved(with: SecretResolver(environment: [:]))
        #expect(keywords["password"] == "0123")
        #expect(keywords["dbname"] == "007")
    }

    @Test(arguments: [
        ("base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}", "{base: {x: 1, y: 2}, own: {y: 3, x: 1}}"),
        (
            "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], z: 3}",
            "{a: {x: 1}, b: {x: 2, y: 2}, c: {z: 3, x: 1, y: 2}}"
        ),
        (
            "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {z: 3, <<: *b}",
            "{a: {x: 1}, b: {y: 2, x: 1}, c: {z: 3, y: 2, x: 1}}"
        ),
        ("a: &l [1, 2]\nb: *l", "{a: [1, 2], b: [1, 2]}"),
        ("a: {\"<<\": x}", "{a: {<<: x}}"),
        ("a: &n one\nb: &n two\nc: *n", "{a: one, b: two, c: two}"),
    ])
    func `anchors, aliases and merge keys work`(yaml: String, tree: String) {
        #expect(Self.tree(yaml) == tree)
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3", "f:3:1: the key `a` is there twice, first in line 1, column 1"),
        ("{a: {<<: 1}}", "f:1:10: `<<` merges a map or a list of maps"),
        ("{a: {<<: [x]}}", "f:1:11: `<<` merges maps; this is text"),
        ("a: &a {x: 1}\nb: {<<: *a, <<: *a}", "f:2:13: `<<` is there twice, first in line 2; write `<<: [*one, *two]`"),
        (
            "a: &a [*a]",
            "f:1:8: an alias to an anchor that is not defined before it; put quotes around a value that begins with `*`"
        ),
        (
            "a:\n\t- x",
            "f:2:1: found character that cannot start any token (while scanning for the next token, from line 2)"
        ),
    ])
    func `what is wrong is named with its place`(yaml: String, problem: String) {
        #expect(Self.tree(yaml) == problem)
    }

    @Test func `a long map is searched for duplicates as well`() {
        let keys = (0..<1000).map { "k\($0): x\n" }.joined()
        #expect(Self.tree(keys + "k7: y") == "f:1001:1: the key `k7` is there twice, first in line 8, column 1")
    }

    @Test func `columns count characters`() {
        #expect(Self.tree("{ä€𐍈: 1, b: 2, b: 3}") == "f:1:16: the key `b` is there twice, first in line 1, column 10")
    }

    @Test func `an alias bomb is refused before it is expanded`() {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            yaml += "a\(level): &a\(level) [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ",") + "]\n"
        }
        #expect(Self.tree(yaml) == "f:6:38: the file has more than 1000000 values once its aliases are expanded")
    }

    @Test func `an alias bomb of merge keys is refused`() {
        var yaml = "a0: &a0 {" + (0..<100).map { "k\($0): x" }.joined(separator: ", ") + "}\n"
        for level in 1...30 {
            yaml +=
                "a\(level): &a\(level) {<<: [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ",") + "]}\n"
        }
        #expect(Self.tree(yaml).hasSuffix("the file has more than 1000000 values once its aliases are expanded"))
    }

    @Test func `aliases cannot hide nesting`() {
        var yaml = "a0: &a0 [x]\n"
        for level in 1...70 { yaml += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(Self.tree(yaml).hasSuffix("lists and maps are nested more than 64 deep"))
    }

    @Test(arguments: ["[", "{a: ", "- "]) func `deep nesting is refused`(opening: String) {
        let yaml = String(repeating: opening, count: 100_000)
        #expect(Self.tree(yaml).hasSuffix("lists and maps are nested more than 64 deep"))
    }

    @Test func `a file over the limit is refused`() {
        let yaml = [UInt8](repeating: UInt8(ascii: "#"), count: (16 << 20) + 1)
        #expect(Self.tree(yaml) == "f:1:1: the file is larger than 16 MiB")
        #expect(Self.tree(Array(yaml.dropLast())) == "")
    }

    @Test func `invalid UTF-8 is refused at its place`() {
        #expect(
            Self.tree(Array("a: 1\nbü: ".utf8) + [0xff])
                == "f:2:5: the file is not UTF-8 from here on; save it as UTF-8")
        #expect(Self.tree([0xff, 0xfe, 0x61, 0x00]) == "f:1:1: the file is not UTF-8 from here on; save it as UTF-8")
    }

    @Test func `a byte order mark and Windows line ends are no problem`() {
        #expect(Self.tree([0xef, 0xbb, 0xbf] + Array("a: 1\r\nb: 2\r\n".utf8)) == "{a: 1, b: 2}")
    }
}
