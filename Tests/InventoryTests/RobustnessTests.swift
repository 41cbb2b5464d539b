import Testing

@testable import Inventory

@Suite("Large and broken inventories") struct RobustnessTests {
    /// A generator with a fixed seed (xorshift), so that a failure can be repeated.
    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a mutated file is loaded or refused with places, and never crashes`(seed: UInt64) {
        var dice = Dice(state: seed &* 0x9e37_79b9_7f4a_7c15)
        let samples = [Samples.design, (try? SchemaTests.manualExample()) ?? ""].map { Array($0.utf8) }
        let pieces = [
            "{", "}", "[", "]", ": ", "- ", "&a ", "*a", "<<: ", "\"", "'", "\n", "  ", "${", "!", "|\n", "0", "%",
            "\t", "---\n",
        ]
        for _ in 0..<150 {
            var bytes = samples.randomElement(using: &dice) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                let start = Int.random(in: 0..<bytes.count, using: &dice)
                let end = min(bytes.count, start + Int.random(in: 0...12, using: &dice))
                switch Int.random(in: 0..<5, using: &dice) {
                case 0: bytes.removeSubrange(start..<end)
                case 1: bytes.insert(contentsOf: (pieces.randomElement(using: &dice) ?? "").utf8, at: start)
                case 2: bytes[start] = UInt8.random(in: 0...255, using: &dice)
                case 3: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0..<bytes.count, using: &dice))
                default: bytes.swapAt(start, Int.random(in: 0..<bytes.count, using: &dice))
                }
            }
            do throws(InventoryError) {
                _ = try Fleet.load(bytes, file: "f")
            } catch {
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { $0.place.line > 0 && $0.place.column > 0 && !$0.message.isEmpty })
            }
        }
    }

    /// 10,000 entries, each with labels and settings of its own: 1.3 MB.
    static func large(_ count: Int) -> String {
        var yaml = "fleet: large\ndefaults: {user: migrator, password: \"${env:P}\", sslmode: verify-full}\n"
        yaml += "environments:\n  production:\n    targets:\n"
        for number in 0..<count {
            yaml += "      - {host: db-\(number % 500).eu-1.example, port: 6432, database: tenant_\(number), "
            yaml += "labels: {tier: standard, region: eu, customer: c\(number)}, application_name: pgfleet-\(number)}\n"
        }
        return yaml
    }

    @Test func `ten thousand targets are loaded`() throws {
        let yaml = Self.large(10_000)
        #expect(yaml.utf8.count > 1_300_000)
        let fleet = try Fleet(yaml: yaml)
        #expect(fleet.targets.count == 10_000)
        #expect(fleet.targets.last?.access.keywords["application_name"]?.literal == "pgfleet-9999")
    }

    @Test func `a chain of a thousand environments is ordered`() throws {
        var yaml = "fleet: f\nenvironments:\n"
        for number in 0..<1000 {
            let after = number < 999 ? "after: e\(number + 1), " : ""
            yaml += "  e\(number): {\(after)targets: [{host: h, database: d\(number)}]}\n"
        }
        #expect(try Fleet(yaml: yaml).environments.first?.name == "e999")
    }
}
