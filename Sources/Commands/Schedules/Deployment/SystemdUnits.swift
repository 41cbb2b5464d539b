import FleetModel
import Foundation
import Inventory

/// A unit and its timer for a schedule.
struct SystemdUnits {
    let schedule: Schedule
    let fleet: Fleet
    /// Where the program is.
    let program: String
    /// Where the inventory is, with its file's name.
    let config: DeployedPath
    /// Whom it runs as.
    let user: String
    let now: Date

    /// - Throws: where systemd has no such times.
    func files() throws(RefusedTiming) -> [DeployedFile] {
        [
            DeployedFile(name: "\(name).service", text: service),
            DeployedFile(name: "\(name).timer", text: try timer(OnCalendar.entries(schedule.timing, now: now))),
        ]
    }

    private var name: String { Self.escaped("pgfleet-\(fleet.name)-\(schedule.name)") }

    private var service: String {
        var lines = [
            "# The schedule \(schedule.name) of the fleet \(fleet.name). Printed by: pgfleet schedule systemd",
            "# Its exit code is the job's, so that 'systemctl --failed' and OnFailure= tell of a fleet that is not well.",
            "[Unit]",
            "Description=pgfleet \(Self.text("\(schedule.job.rawValue) of \(fleet.name) (\(schedule.name))"))",
            "Wants=network-online.target", "After=network-online.target", "", "[Service]", "Type=oneshot",
            "ExecStart="
                + [program, "schedule", "run", schedule.name, "--if-due", "--config", config.file]
                .map(Self.word).joined(separator: " "),
            "WorkingDirectory=\(Self.text(config.directory))", "User=\(user)",
        ]
        if !fleet.secretSources.variables.isEmpty {
            lines += [
                "# \(fleet.secretSources.variables.joined(separator: ", ")); readable by root alone.",
                "EnvironmentFile=/etc/pgfleet/\(Self.text(fleet.name)).env",
            ]
        }
        if let folder = config.storeFolder {
            lines += [
                "# The store's folder; it must be there, and \(user) must be able to write to it.",
                "ReadWritePaths=\(Self.word(folder))",
            ]
        }
        lines += [
            "ProtectSystem=strict", "ProtectHome=read-only", "PrivateTmp=true", "PrivateDevices=true",
            "ProtectKernelTunables=true", "ProtectKernelModules=true", "ProtectControlGroups=true",
            "NoNewPrivileges=true", "CapabilityBoundingSet=", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
            "LockPersonality=true", "UMask=0077",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func timer(_ entries: [String]) -> String {
        ([
            "# \(schedule.timing). Printed by: pgfleet schedule systemd", "[Unit]",
            "Description=pgfleet: when \(Self.text(schedule.name)) of \(Self.text(fleet.name)) runs", "", "[Timer]",
        ] + entries.map { "OnCalendar=\($0)" } + [
            "# What was missed while the machine was down is made up for once.", "Persistent=true", "AccuracySec=1s",
            "",
            "[Install]", "WantedBy=timers.target",
        ]).joined(separator: "\n") + "\n"
    }

    /// A name of a unit as systemd-escape(1) writes it, but for `-` and `.`, which may stand in one.
    private static func escaped(_ name: String) -> String {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                String(UnicodeScalar(byte))
            default: "\\x" + String(byte, radix: 16)
            }
        }.joined()
    }

    /// Text in which `%` stands for itself.
    private static func text(_ text: String) -> String { text.replacing("%", with: "%%") }

    /// A word of a command line or of a list, with quotes where it needs them. Source: systemd.service(5), "Command lines".
    private static func word(_ word: String) -> String {
        let text = text(word).replacing("$", with: "$$")
        guard text.contains(where: { $0.isWhitespace || "\"'\\;".contains($0) }) else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
