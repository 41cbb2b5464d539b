import FleetModel
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("A store of the first format") struct FirstFormatTests {
    private static let plan = """
        {"environments":[{"concurrency":4,"maxFailures":0,"name":"e","onFailure":"rollback","perHost":2,\
        "requiresApproval":true,"waves":[{"bakeSeconds":2,"name":"canary","probe":"select true","targets":[{"back":\
        {"from":9,"steps":[],"to":9},"route":{"from":8,"steps":[],"to":8},"target":{"database":"d","endpoint":\
        {"host":"h","port":1},"environment":"e","hostName":"h","id":"e/h/d","labels":{}}}]}]}],\
        "fleet":"shop","goal":{"latest":{}}}
        """

    @Test func `is read as what it meant, its approvals too`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "pgfleet-\(UUID())").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/state.sqlite"
        let old = try DatabaseQueue(path: path)
        try StoreTables.migrator.migrate(old, upTo: "1 rollouts, events, claims")
        try await old.write { database in
            try database.execute(
                sql: "INSERT INTO rollout VALUES ('r', 'shop', 1, ?, ?)",
                arguments: [#"{"user":"ann","machine":"desk","process":1}"#, Self.plan])
            for (sequence, event) in ["approval_awaited", "approved"].enumerated() {
                let by = event == "approved" ? #","by":{"user":"ann","machine":"desk","process":1}"# : ""
                try database.execute(
                    sql: "INSERT INTO event VALUES ('r', ?, 1, ?)",
                    arguments: [sequence + 1, #"{"event":"\#(event)","environment":"e"\#(by)}"#])
            }
        }
        try old.close()

        let record = try await Store.open(path: path).rollout(named: "r")
        let environment = try #require(record.plan.environments.first)
        #expect(environment.rules.concurrency == 4)
        #expect(environment.rules.approval == ApprovalRule(allowsRequester: true))
        let wave = try #require(environment.waves.first)
        #expect(wave.gate.bakeSeconds == 2)
        #expect(wave.gate.checks.map(\.question) == [.sql(text: "select true", target: nil)])
        #expect(wave.targets.map(\.target.id.rawValue) == ["e/h/d"])
        let ann = Operator(user: "ann", machine: "desk", process: 1)
        #expect(
            record.journal.map(\.event) == [
                .approvalAwaited(ApprovalScope(environment: "e")), .approved(ApprovalScope(environment: "e"), by: ann),
            ])
    }
}
