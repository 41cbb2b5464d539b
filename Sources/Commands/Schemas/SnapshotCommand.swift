import ArgumentParser
import FleetModel
import Foundation
import Inventory
import Monitor
import Rollout
import Schema

/// Writes a target's schema, to be kept and compared later.
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Write a target's schema as a file that `diff` compares.",
        discussion: "Changes nothing on the target. The same schema gives the same bytes.")

    @OptionGroup var options: FleetOptions

    @Argument(help: "A target, as `targets` lists it.")
    var target: String

    @Option(help: ArgumentHelp("Where to; standard output by default.", valueName: "file"))
    var file: String?

    func run() async throws {
        try await options.run { session in
            let snapshot = try await session.withScratch { scratch in
                let reader = try await SchemaOperands(session, [target], scratch)
                let snapshot = try await reader.snapshots()[0]
                await reader.close()
                return snapshot
            }
            let bytes = try SnapshotFile(snapshot, source: target).encoded()
            guard let file else {
                Output.put(String(decoding: bytes, as: UTF8.self) + "\n", STDOUT_FILENO)
                return
            }
            do {
                try bytes.write(to: URL(fileURLWithPath: file), options: .atomic)
            } catch {
                throw Failure(.failed, "\(file) could not be written: \(error.localizedDescription)")
            }
            session.output.tell("\(file): \(snapshot.objects.count.of("object")) of \(target)")
        }
    }
}
