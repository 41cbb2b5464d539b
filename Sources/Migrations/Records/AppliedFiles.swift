public import FleetModel
internal import Postgres

/// What a target's history says of the files that it was migrated with, compared with the files at hand.
public enum AppliedFiles: Sendable, Hashable {
    /// The history was read. The versions that were applied from a file that is not the one at hand; empty where all
    /// that it tells of agree. Versions that it tells nothing of were applied before there was one, or by another tool.
    case compared(differing: [Version])
    /// There is no `pgfleet.history`, or this role may not read it.
    case unknown
}

extension TargetSession {
    /// Compares the files from which the target's history says that versions were applied with files at hand, up to a
    /// version. Changes nothing; one round trip, and one more before the first look.
    ///
    /// What counts is the last thing that happened to a version: applied again after it was reverted, it is the second
    /// file; reverted, or forced to, it has none.
    public func appliedFiles(
        comparedWith files: MigrationSet, upTo version: Version
    ) async throws(TargetFailure) -> AppliedFiles {
        let here: Orientation
        if let orientation { here = orientation } else { here = try await orient().here }
        let question = records(of: here).differing(from: files.migrations.prefix { $0.version <= version })
        let outcome: PipelineOutcome?
        do throws(PostgresError) {
            outcome = try await connection.pipeline([question], timeout: options.recoveryLimit).first
        } catch {
            throw unchanged(error)
        }
        switch outcome {
        case .completed(let result):
            return .compared(differing: result.rows.compactMap { $0[0].flatMap { Version(text: $0) } })
        case .failed(let error) where error.isAboutTheTable: return .unknown
        case .failed(let error): throw unchanged(error)
        case .skipped, nil: return .unknown
        }
    }

    /// As for the target, for schemas of the session's database that were looked at over it: one round trip.
    ///
    /// - Parameter versions: up to which each schema's files are compared.
    /// - Returns: the versions of each schema that were applied from other files; nil where there is no history to read.
    public func appliedFiles(
        of versions: [String: Version], comparedWith files: MigrationSet
    ) async throws(TargetFailure) -> [String: [Version]]? {
        guard !versions.isEmpty else { return [:] }
        guard let orientation else { return nil }
        let groups = Dictionary(grouping: versions.keys) { versions[$0] }.compactMap { version, schemas in
            version.map { version in
                Records.differing(
                    schemas, from: files.migrations.prefix { $0.version <= version },
                    versionTable: orientation.table.name)
            }
        }
        var found: [String: [Version]] = [:]
        do throws(PostgresError) {
            for answer in try await connection.pipeline(
                [sharedSettings.localStatement] + groups, timeout: options.recoveryLimit
            ).dropFirst() {
                for row in try answer.result().rows {
                    guard let schema = row[0], let version = row[1].flatMap({ Version(text: $0) }) else { continue }
                    found[schema, default: []].append(version)
                }
            }
            return found
        } catch  where error.isAboutTheTable {
            return nil
        } catch {
            throw unchanged(error)
        }
    }
}

extension PostgresError {
    /// The table, its schema or a column is not there, or may not be read.
    fileprivate var isAboutTheTable: Bool {
        ["42P01", "3F000", "42703", "42501"].contains(sqlState?.rawValue)
    }
}
