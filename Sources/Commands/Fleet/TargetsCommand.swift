import ArgumentParser
import FleetModel
import Inventory

/// Lists the targets that the inventory describes or its hosts tell of.
struct TargetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "targets", abstract: "List the targets of the fleet, discovered ones included.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions

    private struct Document: Encodable {
        let targets: [TargetDocument]
    }

    func run() async throws {
        try await options.run { session in
            let targets = try await session.select(selection.selector()).map(\.target)
            try session.output.write(Document(targets: targets.map(TargetDocument.init))) {
                var table = Table([
                    .init(title: "TARGET"), .init(title: "ADDRESS"), .init(title: "DATABASE"), .init(title: "SCHEMA"),
                    .init(title: "LABELS", isFlexible: true),
                ])
                for target in targets {
                    let labels = target.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                    table.add(
                        .init(target.id.rawValue, .strong), .init(target.endpoint.description), .init(target.database),
                        .init(target.schema ?? "", .quiet), .init(labels.joined(separator: " "), .quiet))
                }
                return table.lines(width: session.output.dataWidth, paint: session.output.data.paint)
                    + ["", targets.count.of("target")]
            }
        }
    }
}

/// A target in JSON; the keys are described in docs/json.md.
struct TargetDocument: Encodable {
    let target, environment, host, hostName, database: String
    let port: Int
    /// All servers of a list, the first one included; one otherwise.
    let hosts: [Server]
    @OrNull var schema: String?
    let labels: [String: String]

    struct Server: Encodable {
        let host: String
        let port: Int
    }

    init(_ target: Target) {
        self.target = target.id.rawValue
        environment = target.environment
        host = target.endpoint.host
        port = target.endpoint.port
        hosts = target.endpoint.servers.map { Server(host: $0.host, port: $0.port) }
        hostName = target.hostName
        database = target.database
        schema = target.schema
        labels = target.labels
    }
}
