import FleetModel
import Foundation
import Testing

@Suite("Plans in a store") struct StoredPlanTests {
    private let step = MigrationStep(
        version: 9, title: "drop_total", direction: .up, from: 8, to: 9, checksum: "ab", isTransactional: true)

    @Test func `a step of a build that knew no hazards is read`() throws {
        let old =
            #"{"version":9,"title":"drop_total","direction":"up","from":8,"to":9,"checksum":"ab","isTransactional":true}"#
        #expect(try JSONDecoder().decode(MigrationStep.self, from: Data(old.utf8)) == step)
    }

    @Test func `what has no hazards is written as that build wrote it`() throws {
        let text = String(decoding: try JSONEncoder().encode(step), as: UTF8.self)
        #expect(!text.contains("hazards"))
        let plan = try JSONEncoder().encode(Plan(fleet: "shop", goal: .latest, environments: []))
        #expect(!String(decoding: plan, as: UTF8.self).contains("allowed"))
    }

    @Test func `hazards and what was allowed come back`() throws {
        let hazardous = MigrationStep(
            version: 9, title: "", direction: .up, from: 8, to: 9, checksum: "ab", isTransactional: true,
            hazards: [.truncate, .dropColumn])
        let coded = try JSONEncoder().encode(hazardous)
        #expect(try JSONDecoder().decode(MigrationStep.self, from: coded) == hazardous)
        let plan = Plan(fleet: "shop", goal: .latest, environments: [], terms: PlanTerms(allowed: ["drop_column"]))
        let codedPlan = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(Plan.self, from: codedPlan) == plan)
    }
}
