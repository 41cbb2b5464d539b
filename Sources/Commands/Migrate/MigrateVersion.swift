import ArgumentParser
import FleetModel
import Inventory
import Rollout

/// Prints the version of each selected target.
struct MigrateVersion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version of each selected target.",
        discussion: """
            With --database, what golang-migrate prints: the number alone, with ' (dirty)' where it is; and the exit \
            code 1 where nothing is applied.
            """)

    @OptionGroup var options: MigrateOptions

    private struct Document: Encodable {
        let target: TargetID
        @OrNull var version: Version?
        let dirty: Bool
    }

    func run() async throws {
        if options.isAddressed { return try await printAddressed() }
        try await options.run { session in
            let report = try await StatusReport.make(session, options.selection.selector())
            try session.output.write(report.document) {
                report.rows.map { row in
                    let state = row.standing.state.map { String(describing: $0) }
                    return "\(row.target.id) \(state ?? "? \(row.standing.failure.map(FailureText.headline) ?? "")")"
                }
            }
            if report.counts[.unreachable] != nil { throw Failure(.failed, nil) }
        }
    }

    private func printAddressed() async throws {
        let isOne = options.addresses.count == 1
        try await options.onEach { target in
            let executor = try target.openWithoutFiles()
            let found = try await executor.survey().entries.first?.found.get()
            await executor.closeIdle()
            guard let state = found else { throw Failure(.failed, "\(target.id): not looked at") }
            let document = SingleTarget.Document(
                body: Document(target: target.id, version: state.version, dirty: state.isDirty))
            guard state.version != nil || state.isDirty else {
                return .init(document: document, lines: [], status: .failed, message: "\(target.id): no migration")
            }
            let text = "\((state.version).map { "\($0)" } ?? "-1")\(state.isDirty ? " (dirty)" : "")"
            return .init(document: document, lines: [isOne ? text : "\(target.id) \(text)"])
        }
    }
}
