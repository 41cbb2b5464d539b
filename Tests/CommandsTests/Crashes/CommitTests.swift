import TestSupport
import Testing

/// A rollout of twelve targets that fails in its last wave and is taken back, killed at every one of its store's commits:
/// right before it is durable and right after. Somebody resumes it, and nothing must show that it ever died.
@Suite("Killed at any commit of its store") struct CommitTests {
    private static let width = 4

    @Test func `a rollout with a failure and its rollback ends as if it had not been`() async throws {
        try await withDatabases(Self.width) { databases in
            let undisturbed = try await withFleet { directory in
                let fleet = try await TenantFleet(directory, databases[0], TenantFleet.failing)
                let result = try await directory.run("rollout", "--yes")
                #expect(result.code == 6, "\(result.everything)")
                return try await fleet.end(try await directory.json("rollout", "show"))
            }
            #expect(undisturbed.status == "rolled_back")
            #expect(undisturbed.accounts.values.count { $0 == "rolled_back" } == 11)
            #expect(undisturbed.accounts["p9"] == "failed")
            #expect(Set(undisturbed.schemas.values) == [DatabaseState("none")])

            let commits = try await StoreDeaths.enumerate(width: Self.width) { death, place in
                try await withFleet { directory in
                    let fleet = try await TenantFleet(directory, databases[place], TenantFleet.failing)
                    let first = try await directory.run("rollout", "--yes", environment: death.environment)
                    guard first.code == 137 else {
                        #expect(first.code == 6, "\(death): \(first.everything)")
                        return false
                    }
                    if death.commit % 4 == 0 {
                        // The one who resumes it dies, too, somewhere.
                        let second = StoreDeath(commit: 1 + death.commit / 4 * 5 % 17, moment: death.moment)
                        _ = try await directory.run("rollout", "resume", "--yes", environment: second.environment)
                    }
                    try await Self.finish(directory, death)
                    let show = try await directory.json("rollout", "show")
                    #expect(try await fleet.end(show) == undisturbed, "\(death)")
                    let events = show["events"].elements
                    #expect(events.compactMap { $0["sequence"].integer } == Array(1...max(1, events.count)), "\(death)")
                    #expect(events.last?["event"].string == "ended", "\(death)")
                    return true
                }
            }
            // Each of the twelve is announced and ends, there and back, and at most three share a commit.
            #expect(commits >= 24, "\(commits) commits")
        }
    }

    /// Goes on with the rollout, or begins it where the process died before it was recorded.
    private static func finish(_ directory: FleetDirectory, _ death: StoreDeath) async throws {
        let found = try await directory.run("rollout", "show", "--output", "json")
        guard found.code == 0 else {
            let begun = try await directory.run("rollout", "--yes")
            #expect(begun.code == 6, "\(death): \(begun.everything)")
            return
        }
        if try found.document()["status"].string == "rolled_back" { return }
        let resumed = try await directory.run("rollout", "resume", "--yes")
        #expect(resumed.code == 6, "\(death): \(resumed.everything)")
    }
}
