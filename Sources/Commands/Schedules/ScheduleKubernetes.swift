import ArgumentParser
import FleetModel
import Foundation
import Inventory

/// Prints manifests for Kubernetes.
struct ScheduleKubernetes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubernetes",
        abstract: "Print a Kubernetes CronJob for a schedule, or for all, and the store's volume.",
        discussion: """
            EXAMPLES
              pgfleet schedule kubernetes --image registry.example/shop-fleet:1 | kubectl apply -f -

            The image has the program as its entry point, and the inventory with its migrations in /fleet.
            """)

    @OptionGroup var options: FleetOptions

    @Argument(help: "The schedule's name; all by default.")
    var name: String?

    @Option(help: ArgumentHelp("The image.", valueName: "image"))
    var image: String

    @Option(help: ArgumentHelp("The namespace; kubectl's own by default.", valueName: "name"))
    var namespace: String?

    private struct Document: Encodable {
        let files: [DeployedFile]
    }

    func run() async throws {
        try await options.run { session in
            let fleet = session.fleet
            let files = try files(fleet, session.schedules(named: name))
            try session.output.write(Document(files: files)) {
                files.map(\.text).joined(separator: "---\n").split(separator: "\n", omittingEmptySubsequences: false)
                    .map(String.init).dropLast()
            }
            tellNeeds(session)
        }
    }

    private func files(_ fleet: Fleet, _ schedules: [Schedule]) throws -> [DeployedFile] {
        do {
            let manifest = try CronJobManifest(fleet, image: image, namespace: namespace)
            var files: [DeployedFile] = []
            if let claim = try manifest.volumeClaim() { files.append(DeployedFile(name: "store.yaml", text: claim)) }
            for schedule in schedules {
                let name = CronJobManifest.named(schedule.name) + ".yaml"
                if files.contains(where: { $0.name == name }) {
                    throw Failure(
                        .usage, "schedule \(schedule.name): another one would have the same name in Kubernetes")
                }
                files.append(DeployedFile(name: name, text: try manifest.cronJob(schedule, now: .now)))
            }
            return files
        } catch let error as RefusedTiming {
            throw Failure(.usage, error.message)
        }
    }

    /// What must be there besides.
    private func tellNeeds(_ session: FleetSession) {
        let note = session.output.messages.paint("note:", .warning)
        let sources = session.fleet.secretSources
        if !sources.variables.isEmpty {
            let literals = sources.variables.map { "--from-literal=\($0)=…" }.joined(separator: " ")
            session.output.tell(
                "\(note) the secret must be there: kubectl create secret generic "
                    + "\(CronJobManifest.secretName(session.fleet)) \(literals)")
        }
        for file in sources.files {
            session.output.tell("\(note) \(file) is not in the manifest; mount it into the pod")
        }
        if sources.hasCommands {
            session.output.tell("\(note) the commands that secrets come from must be in the image")
        }
    }
}
