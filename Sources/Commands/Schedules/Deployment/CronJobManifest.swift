import FleetModel
import Foundation
import Inventory

/// A Kubernetes CronJob for a schedule, and the claim for the volume with the store.
///
/// Source: the API reference of Kubernetes, CronJob batch/v1 (1.27 or later, for `timeZone`).
struct CronJobManifest {
    let fleet: Fleet
    /// An image with the program as its entry point, and the inventory with its migrations in `/fleet`.
    let image: String
    let namespace: String?
    private let path: DeployedPath

    /// The folder of the inventory in the image.
    static let directory = "/fleet"
    /// A CronJob's name gets 11 characters more for each Job, whose names have 63 at most.
    private static let nameLimit = 52

    /// - Throws: where the store would hide the inventory.
    init(_ fleet: Fleet, image: String, namespace: String?) throws(RefusedTiming) {
        self.fleet = fleet
        self.image = image
        self.namespace = namespace
        path = DeployedPath(fleet, directory: Self.directory)
        if path.storeFolder == Self.directory {
            throw RefusedTiming(
                "\(fleet.file): the store is in the inventory's own folder, which a volume for it would hide; "
                    + "give it one of its own, like 'store: .pgfleet/state.sqlite'")
        }
    }

    /// The claim for the store's volume; nil where the store is no file.
    func volumeClaim() throws(RefusedTiming) -> String? {
        guard path.storeFolder != nil else { return nil }
        return """
            # The store. SQLite needs a file system of one machine at a time with locks that work: a block device, not NFS.
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
            \(try metadata(Self.claimName(fleet), indent: 2))
            spec:
              accessModes: [ReadWriteOnce]
              resources:
                requests:
                  storage: 1Gi

            """
    }

    /// - Throws: where Kubernetes has no such times, or no such name.
    func cronJob(_ schedule: Schedule, now: Date) throws(RefusedTiming) -> String {
        let times = try CronJobSchedule(schedule.timing)
        let note =
            Self.skips(schedule, now: now)
            ? "# Kubernetes leaves out a time that the clock skips in spring; the next run makes up for it.\n" : ""
        return """
            # \(schedule.timing). The pod's exit code is the job's.
            \(note)apiVersion: batch/v1
            kind: CronJob
            metadata:
            \(try metadata("pgfleet-\(fleet.name)-\(schedule.name)", indent: 2))
            spec:
              schedule: \(Self.quoted(times.expression))
              timeZone: \(Self.quoted(times.zone))
              concurrencyPolicy: Forbid
              # How late a missed run may begin. Fewer than 100 may be missed in it, or Kubernetes gives up.
              startingDeadlineSeconds: \(Self.deadline(schedule.timing))
              successfulJobsHistoryLimit: 3
              failedJobsHistoryLimit: 3
              jobTemplate:
                spec:
                  # A bad result is a result, and is not tried again.
                  backoffLimit: 0
                  template:
                    metadata:
            \(try labels(indent: 10))
                    spec:
                      restartPolicy: Never
                      automountServiceAccountToken: false
                      securityContext:
                        runAsNonRoot: true
                        runAsUser: 10001
                        runAsGroup: 10001
                        fsGroup: 10001
                        seccompProfile:
                          type: RuntimeDefault
                      containers:
                        - name: pgfleet
                          image: \(Self.quoted(image))
                          args: [schedule, run, \(Self.quoted(schedule.name)), --if-due, --config, \(Self.quoted(path.file))]
                          workingDir: \(Self.directory)
            \(environment)              securityContext:
                            allowPrivilegeEscalation: false
                            readOnlyRootFilesystem: true
                            capabilities:
                              drop: [ALL]
                          resources:
                            requests: {cpu: 50m, memory: 64Mi}
                            limits: {memory: 1Gi}
                          volumeMounts:
                            - {name: tmp, mountPath: /tmp}
            \(storeMount)          volumes:
                        - name: tmp
                          emptyDir: {sizeLimit: 1Gi}
            \(storeVolume)
            """
    }

    /// Whether there are times that the clock skips; an hour that comes twice is run twice, as by cron.
    static func skips(_ schedule: Schedule, now: Date) -> Bool {
        guard case .cron(let cron, _) = schedule.timing, cron.hours.count < 24 else { return false }
        return !schedule.timing.irregularTimes(after: now).isEmpty
    }

    private var environment: String {
        let names = fleet.secretSources.variables
        guard !names.isEmpty else { return "" }
        return "              env:\n"
            + names.map { name in
                """
                                - name: \(Self.quoted(name))
                                  valueFrom:
                                    secretKeyRef: {name: \(Self.quoted(Self.secretName(fleet))), key: \(Self.quoted(name))}

                """
            }.joined()
    }

    private var storeMount: String {
        guard let folder = path.storeFolder else { return "" }
        return "                - {name: store, mountPath: \(Self.quoted(folder))}\n"
    }

    private var storeVolume: String {
        guard path.storeFolder != nil else { return "" }
        return """
                        - name: store
                          persistentVolumeClaim: {claimName: \(Self.quoted(Self.named(Self.claimName(fleet))))}

            """
    }

    private func metadata(_ name: String, indent: Int) throws(RefusedTiming) -> String {
        let named = Self.named(name)
        let isName = named.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard isName, named.utf8.count <= Self.nameLimit, !named.hasSuffix("-") else {
            throw RefusedTiming(
                "\(named.harmless) cannot be a CronJob's name: it may have \(Self.nameLimit) letters a to z, digits and `-`; "
                    + "call the fleet or the schedule otherwise")
        }
        let space = String(repeating: " ", count: indent)
        let place = namespace.map { "\n\(space)namespace: \(Self.quoted($0))" } ?? ""
        return "\(space)name: \(Self.quoted(named))\(place)\n\(try labels(indent: indent))"
    }

    private func labels(indent: Int) throws(RefusedTiming) -> String {
        let space = String(repeating: " ", count: indent)
        return
            "\(space)labels: {app.kubernetes.io/name: pgfleet, app.kubernetes.io/instance: \(Self.quoted(Self.named(fleet.name)))}"
    }

    private static func claimName(_ fleet: Fleet) -> String { "pgfleet-\(fleet.name)-store" }

    static func secretName(_ fleet: Fleet) -> String { named("pgfleet-\(fleet.name)") }

    /// Names there are in small letters, with `-` alone between them.
    static func named(_ name: String) -> String {
        name.lowercased().replacing("_", with: "-").replacing(".", with: "-")
    }

    /// A day, or an hour where more than a hundred runs would be missed in a day.
    private static func deadline(_ timing: ScheduleTiming) -> Int {
        let perDay =
            switch timing {
            case .cron(let cron, _): cron.hours.count * cron.minutes.count
            case .every(let length): Int(86_400 / max(60, length.components.seconds))
            }
        return perDay < 100 ? 86_400 : 3600
    }

    /// A YAML scalar; plain where it can be nothing but text.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"):
                    true
                default: false
                }
            } && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if isPlain { return text }
        return "\"" + text.harmless.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
