import Foundation
import Rollout
import Testing

@testable import FleetModel

/// The manual's diagrams and tables name what the code names, no more and no less.
@Suite("The manual") struct ManualTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs")

    private let events = Set(RolloutEvent.Name.allCases.map(\.rawValue))

    private func page(_ name: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    }

    /// The state diagram below a heading of docs/rollout.md.
    private func diagram(_ heading: String) throws -> Diagram {
        let text = try #require(page("rollout.md").components(separatedBy: "\n## \(heading)\n").dropFirst().first)
        let block = try #require(text.components(separatedBy: "```mermaid\nstateDiagram-v2\n").dropFirst().first)
        return Diagram(try #require(block.components(separatedBy: "```").first))
    }

    @Test func `draws a target with every phase of the machine`() throws {
        let diagram = try diagram("A target")
        #expect(diagram.states == Set(TargetProgress.Phase.allCases.map(\.rawValue)))
        #expect(diagram.events.subtracting(events).isEmpty)
    }

    @Test func `draws a rollout with every course of the machine`() throws {
        let courses: [RolloutMachine.Course] =
            [.idle, .forward, .halted(.rollbackRequested), .rollback] + RolloutOutcome.allCases.map { .ended($0) }
        let diagram = try diagram("The rollout")
        #expect(diagram.states == Set(courses.map(\.nameInManual)))
        #expect(diagram.events.subtracting(events).isEmpty)
    }

    @Test func `lists every event of the journal`() throws {
        let table = try #require(page("json.md").components(separatedBy: "\n| `event` | further keys |\n").last)
        let rows = table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
        let named = rows.compactMap { $0.split(separator: "|").first }.flatMap(Self.codes)
        #expect(named.sorted() == events.sorted())
    }

    @Test func `lists every kind of failure, and every account of a target`() throws {
        let codes = Set(Self.codes(try page("json.md")))
        #expect(Set(TargetFailure.Kind.allCases.map(\.rawValue)).subtracting(codes).isEmpty)
        #expect(Set(TargetAccount.allCases.map(\.rawValue)).subtracting(codes).isEmpty)
    }

    /// What stands between backquotes.
    private static func codes(_ text: some StringProtocol) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.isMultiple(of: 2) ? nil : String($1) }
    }
}

/// The transitions of a mermaid state diagram, of which each is `from --> to: event, what else`.
private struct Diagram {
    private(set) var states: Set<String> = []
    /// With which event a transition is made; one that needs none is called `[*]`.
    private(set) var events: Set<String> = []

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.components(separatedBy: ": ")
            let ends = parts[0].components(separatedBy: "-->").map { $0.trimmingCharacters(in: .whitespaces) }
            states.formUnion(ends.filter { $0 != "[*]" })
            if ends.first != "[*]" { events.insert(parts.dropFirst().first?.components(separatedBy: ",").first ?? "") }
        }
    }
}

extension RolloutMachine.Course {
    /// Without what goes with it. A case that is new goes into the manual, too.
    fileprivate var nameInManual: String {
        switch self {
        case .idle: "idle"
        case .forward: "forward"
        case .halted: "halted"
        case .rollback: "rollback"
        case .ended: "ended"
        }
    }
}
