import SQL
import TestSupport
import Testing

@Suite("Deep nesting") struct NestingTests {
    /// A statement of so many parts within each other.
    enum Shape: CaseIterable {
        case operators, unions, joins, cases, negations, brackets, queries, calls, casts, mixed

        func text(_ depth: Int) -> String {
            func times(_ text: String) -> String { String(repeating: text, count: depth) }
            return switch self {
            case .operators: "select 1" + times(" || 1")
            case .unions: "select 1, 2" + times(" union all select 1, 2")
            case .joins: "select 1 from a" + times(" join a on true")
            case .cases: "select " + times("case when a then b else ") + "1" + times(" end")
            case .negations: "select " + times("not ") + "true"
            case .brackets: "select " + times("(1, ") + "1" + times(")")
            case .queries: "select * from " + times("(select * from ") + "a" + times(") x")
            case .calls: "select " + times("f(1, a => ") + "1" + times(")")
            case .casts: "select 1" + times("::int")
            case .mixed: "select 1 where a" + times(" + (b and c or d") + times(")")
            }
        }
    }

    /// What the grammar must keep on its own stack until the end, which has 10,000 places.
    private static let endingEarlier: [Shape] = [.negations, .cases, .brackets, .queries, .calls, .mixed]

    /// On a thread of Swift's pool, as the program does it.
    @concurrent private func read(_ text: String) async throws -> Script { try Script(Array(text.utf8)) }

    @Test(arguments: Shape.allCases)
    func `is refused where it is too deep, with its place`(shape: Shape) async throws {
        for depth in [70_000, 6_000] {
            let script = try await read("select 0;\n" + shape.text(depth))
            let isExpected = script.refusal?.reason == .tooDeep || Self.endingEarlier.contains(shape)
            #expect(script.refusal != nil)
            #expect(isExpected, "\(String(describing: script.refusal))")
            #expect(script.refusal?.place.line == 2)
        }
    }

    @Test(arguments: Shape.allCases)
    func `is read up to near the limit`(shape: Shape) async throws {
        var random = SeededGenerator(seed: 7)
        var depth = shape == .mixed ? 1200 : 2000
        while true {
            let script = try await read(shape.text(depth))
            guard let refusal = script.refusal else {
                #expect(script.statements.count == 1)
                depth += Int.random(in: 20...200, using: &random)
                continue
            }
            guard !Self.endingEarlier.contains(shape) else { return }
            #expect(refusal.reason == .tooDeep && script.obstacle?.reason == .tooDeep, "\(refusal)")
            #expect((3700...4300).contains(depth * (shape == .casts ? 2 : shape == .operators ? 2 : 1)))
            return
        }
    }

    @Test func `does not count what lies side by side, nor what is quoted`() async throws {
        let many = 20_000
        for text in [
            "insert into t values (1, 'a + b')" + String(repeating: ", (-1 + 2, 'it''s (')", count: many),
            "select 1 where a = 1" + String(repeating: " or a = 1 and b = 2", count: many),
            "select case" + String(repeating: " when a = 1 then 2", count: many) + " end",
            "select '" + String(repeating: "((((++++", count: many) + "', e'\\'" + String(repeating: "(+", count: many)
                + "'",
            "do $x$ " + String(repeating: "((++ $$ ", count: many) + "$x$",
            "select 1 /* " + String(repeating: "((++", count: many) + "*/ -- " + String(repeating: "((++", count: many),
            "create table \"((++\" (a int default -1" + String(repeating: ", \"(+\" int default -1", count: 1500) + ")",
        ] {
            let script = try await read(text)
            #expect(script.refusal == nil, "\(text.prefix(40))")
        }
    }
}
