public import FleetModel
public import Migrations

extension TargetExecutor {
    /// Those of some targets on which another session holds the migration lock: someone is migrating them now.
    ///
    /// A target that cannot be asked is not among them.
    public func atWork(among ids: Set<TargetID>) async -> Set<TargetID> {
        guard !ids.isEmpty else { return [] }
        let answers = await onEach(of: ids) { id in
            do throws(TargetFailure) {
                return try await withSession(id) { session throws(TargetFailure) in try await session.isBeingMigrated()
                }
            } catch {
                return false
            }
        }
        return Set(answers.filter(\.value).keys)
    }

    /// What the histories of some targets say of the files that their schemas were made by, up to a version.
    public func appliedFiles(
        of ids: Set<TargetID>, upTo version: Version
    ) async -> [TargetID: Result<AppliedFiles, TargetFailure>] {
        await onEach(of: ids) { id in
            do throws(TargetFailure) {
                let files = try files(of: try target(id))
                return .success(
                    try await withSession(id) { session throws(TargetFailure) in
                        try await session.appliedFiles(comparedWith: files, upTo: version)
                    })
            } catch {
                return .failure(error)
            }
        }
    }
}
