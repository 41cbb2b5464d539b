import Foundation
import TestSupport
import Testing

@Suite("What a check finds") struct DriftTests {
    @Test func `each of more than 40 kinds of drift on one of six targets, by name and with its difference`()
        async throws
    {
        try await withFleet { fleet in
            try await withDatabases(6) { databases in
                try fleet.write(FleetText(production: databases), DriftSamples.files)
                for database in databases { try await OtherTool(database: database).up(to: 1, of: DriftSamples.files) }
                // Made by another tool from the same files: nothing is found.
                let clean = try await fleet.run("check")
                #expect(clean.code == 0, "\(clean.everything)")

                var wanted: [[DriftSamples.Drift]] = Array(repeating: [], count: 6)
                for drift in DriftSamples.drifts {
                    // No two on one object of one target.
                    let place = wanted.indices.min { left, right in
                        wanted[left].filter { $0.isAbout(drift) }.count * 100 + wanted[left].count
                            < wanted[right].filter { $0.isAbout(drift) }.count * 100 + wanted[right].count
                    }
                    wanted[place ?? 0].append(drift)
                }
                for (database, drifts) in zip(databases, wanted) {
                    for drift in drifts { try await database.psql(drift.sql) }
                }
                let result = try await fleet.run("check", "--output", "json")
                #expect(result.code == 4, "\(result.everything)")
                let document = try result.document()
                for (place, drifts) in wanted.enumerated() {
                    let findings = document["targets"].elements[place]["findings"].elements
                    let keys = findings.map { $0["key"].string ?? "" }
                    #expect(keys.sorted() == drifts.map(\.key).sorted())
                    for drift in drifts {
                        guard let finding = findings.first(where: { $0["key"].string == drift.key }) else { continue }
                        let hasExpected =
                            drift.expected.map { finding["expected"].string?.contains($0) == true } ?? true
                        let hasLive = drift.live.map { finding["live"].string?.contains($0) == true } ?? true
                        #expect(hasExpected && hasLive, "\(drift.key): \(finding)")
                        if let repair = drift.repair {
                            #expect(finding["repair"].elements.compactMap(\.string) == [repair])
                        }
                        // The statements do what they say: with them, the finding is gone.
                        for statement in finding["repair"].elements {
                            try await databases[place].psql(statement.string ?? "")
                        }
                    }
                }
                let repaired = try await fleet.json("check")
                for (place, drifts) in wanted.enumerated() {
                    let before = Set(
                        document["targets"].elements[place]["findings"].elements.compactMap { finding in
                            finding["repair"].elements.isEmpty ? finding["key"].string : nil
                        })
                    let after = Set(
                        repaired["targets"].elements[place]["findings"].elements.compactMap { $0["key"].string })
                    #expect(after == before, "\(drifts.map(\.key))")
                }
                #expect(DriftSamples.drifts.count >= 40)
            }
        }
    }

    @Test func `what is told of a table that is missing is told once, and repeated checks say what is new`()
        async throws
    {
        try await withFleet { fleet in
            try await withDatabases(2) { databases in
                try fleet.write(FleetText(production: databases), DriftSamples.files)
                for database in databases { try await OtherTool(database: database).up(to: 1, of: DriftSamples.files) }
                try await databases[0].psql("drop table audit.log")
                #expect(try await fleet.run("check").code == 4)
                let again = try await fleet.run("check", "--only-new")
                #expect(again.code == 0, "\(again.everything)")
                try await databases[1].psql("drop index orders_note")
                let new = try await fleet.run("check", "--only-new", "--output", "json")
                #expect(new.code == 4)
                let findings = try new.document()["targets"].elements.flatMap { $0["findings"].elements }
                #expect(findings.map { $0["key"].string } == ["missing index orders_note"])
                let all = try await fleet.json("check")
                let first = all["targets"].elements[0]["findings"].elements
                #expect(first.map { $0["key"].string } == ["missing table audit.log"])
                #expect(first[0]["new"].bool == false)

                let history = try await fleet.json("check", "history")
                #expect(history["checks"].elements.count == 4)
                let number = history["checks"].elements[0]["check"]
                let listed = try await fleet.json("check", "history", "\(number.integer ?? 0)")
                #expect(
                    listed["findings"].elements.map { $0["key"].string } == [
                        "missing table audit.log", "missing index orders_note",
                    ])
            }
        }
    }

    @Test func `what was accepted counts no more until its time is over or it is taken back`() async throws {
        try await withFleet { fleet in
            try await withDatabases(1) { databases in
                try fleet.write(FleetText(production: databases), DriftSamples.files)
                try await OtherTool(database: databases[0]).up(to: 1, of: DriftSamples.files)
                try await databases[0].psql("create index orders_tmp on orders (id)")
                #expect(try await fleet.run("check").code == 4)
                let accepted = try await fleet.run(
                    "drift", "accept", "extra index *_tmp", "--target", "production/*", "--reason",
                    "asked for by support",
                    "--for", "1h")
                #expect(accepted.code == 0, "\(accepted.everything)")
                let check = try await fleet.run("check")
                #expect(check.code == 0)
                #expect(check.output.contains("asked for by support"))
                try await databases[0].psql("drop index orders_note")
                #expect(try await fleet.run("check").code == 4)
                try await databases[0].psql("create index orders_note on orders (lower(note))")
                #expect(try await fleet.run("drift", "revoke", "1").code == 0)
                #expect(try await fleet.run("check").code == 4)
                let brief = try await fleet.run(
                    "drift", "accept", "extra *", "--target", "*", "--reason", "for a moment", "--for", "1ms")
                #expect(brief.code == 0)
                #expect(try await fleet.run("check").code == 4)
                #expect(try await fleet.run("drift", "revoke", "7").code == 2)
            }
        }
    }
}

extension DriftSamples.Drift {
    /// Whether both change the same thing, so that one of them would hide the other.
    fileprivate func isAbout(_ other: DriftSamples.Drift) -> Bool {
        key.split(separator: " ").last == other.key.split(separator: " ").last
    }
}
