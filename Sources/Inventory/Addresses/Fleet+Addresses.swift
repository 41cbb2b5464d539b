public import FleetModel
internal import FoundationEssentials

/// An address on the command line that cannot be used. Holds nothing of the address.
public struct AddressError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which `--database` it is, from 1; nil where there is only one.
    public let number: Int?
    /// What is wrong, in one sentence without a final stop.
    public let message: String

    public var description: String {
        "--database" + (number.map { " (the \($0). one)" } ?? "") + ": \(message). An address is written "
            + "postgres://USER@HOST:PORT/DATABASE?sslmode=require"
    }
}

extension Fleet {
    /// A fleet of the databases that were named on the command line, as golang-migrate's `-database` and `-path` name
    /// one, with what is worth telling about the addresses. No inventory is read and nothing is connected.
    ///
    /// - Parameters:
    ///   - migrations: the folder with the files, relative to the process's own.
    ///   - rules: what holds where an address says nothing.
    public static func addressed(
        _ addresses: [String], migrations: String, rules: TargetRules = TargetRules()
    ) throws(AddressError) -> (fleet: Fleet, warnings: [String]) {
        let directory = FileReading.currentDirectory
        var inherited = Settings(migrations: FilePaths.absolute(migrations, in: directory), directory: directory)
        inherited.rules = rules
        var (targets, warnings): ([FleetTarget], [String]) = ([], [])
        for (index, address) in addresses.enumerated() {
            do throws(AddressText.Failure) {
                let reader = try AddressReader(
                    address, inherited: inherited, user: ProcessInfo.processInfo.userName,
                    environment: ProcessInfo.processInfo.environment)
                targets.append(reader.target)
                warnings += reader.warnings.filter { !warnings.contains($0) }
            } catch {
                throw AddressError(number: addresses.count > 1 ? index + 1 : nil, message: error.message)
            }
        }
        var policy = EnvironmentPolicy()
        policy.onFailure = .halt
        let environment = Environment(
            name: "", after: [], concurrency: 1, perHost: 1, waves: [WaveRule(name: "all", share: .rest)],
            policy: policy, targets: targets, discoveries: [], leftOut: [])
        let fleet = Fleet(
            name: "", file: directory + "/", migrations: inherited.migrations, layout: rules.layout,
            store: .sqlite(FilePaths.absolute(".pgfleet/state.sqlite", in: directory)), environments: [environment],
            maxFailures: nil, hooks: nil, check: CheckRules(), scratch: ScratchRules(), scratchServer: nil,
            schedules: [], alerts: [],
            warnings: [])
        return (fleet, warnings)
    }
}

extension AddressReader {
    /// The target, named `host:port/database` or `host:port/database/schema`.
    fileprivate var target: FleetTarget {
        let place = [endpoint.description, database] + (schema.map { [$0] } ?? [])
        return FleetTarget(
            target: Target(
                id: TargetID(rawValue: place.joined(separator: "/")), environment: "", endpoint: endpoint,
                hostName: endpoint.description, database: database, schema: schema),
            access: TargetAccess(settings, endpoint: endpoint, database: database, schema: schema))
    }
}
