internal import FleetModel
internal import Inventory
public import Store

extension CheckReport {
    /// The report with what was accepted marked, kept in the store, and with what is new since the last check.
    ///
    /// - Parameter now: milliseconds since 1970-01-01 UTC, by which acceptances are over or not.
    public func kept(in store: Store, of fleet: String, by: String, now: Int64) async throws(StoreError) -> CheckReport
    {
        var report = self
        let accepted = try await store.acceptedDrift(of: fleet).map(\.drift).filter { drift in
            drift.expiresMilliseconds.map { $0 > now } ?? true
        }
        let patterns = accepted.map { ($0, GlobPattern($0.targets), GlobPattern($0.findings)) }
        var findings: Set<StoredFinding> = []
        report.change { finding, id in
            findings.insert(StoredFinding(target: id, key: finding.key))
            // What is dirty or cannot be reached is no difference that someone could want.
            guard ![.dirty, .unreachable].contains(finding.kind) else { return }
            finding.accepted =
                patterns.first { _, targets, keys in
                    targets.matches(id.rawValue) && keys.matches(finding.key)
                }?.0.reason
        }
        let result = try await store.keepCheck(of: fleet, report.summary(by: by), findings)
        report.number = result.number
        report.change { finding, id in
            let since = result.since[StoredFinding(target: id, key: finding.key)]
            finding.sinceMilliseconds = since
            finding.isNew = since.map { $0 >= result.began } ?? true
        }
        return report
    }

    /// Changes every finding, of targets and of files.
    private mutating func change(_ body: (inout CheckFinding, TargetID) -> Void) {
        for place in targets.indices {
            for index in targets[place].findings.indices {
                body(&targets[place].findings[index], targets[place].target.id)
            }
        }
        for place in files.indices {
            for index in files[place].findings.indices { body(&files[place].findings[index], files[place].id) }
        }
    }
}
