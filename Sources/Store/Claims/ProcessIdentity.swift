import Foundation

/// A process of one boot of one machine, told apart from a later process with the same number.
struct ProcessIdentity: Sendable, Hashable {
    let machine: String
    /// The boot of the kernel and the name space of process numbers: containers of one name, on one machine or on
    /// several, do not see each other's processes.
    let boot: String
    let process: Int32
    /// Start time in clock ticks since boot, as `/proc` has it.
    let started: String

    /// This process.
    static let current = {
        let process = ProcessInfo.processInfo.processIdentifier
        return ProcessIdentity(
            machine: read("/proc/sys/kernel/hostname"),
            boot: "\(read("/proc/sys/kernel/random/boot_id")) \(nameSpace)", process: process,
            started: startTime(of: process) ?? "")
    }()

    /// Whether the process lives; `nil` when it belongs to another machine, another boot or another container, of which
    /// nothing can be seen from here.
    var isAlive: Bool? {
        guard machine == Self.current.machine, boot == Self.current.boot, !started.isEmpty else { return nil }
        return Self.startTime(of: process) == started
    }

    /// As `pid:[4026531836]`. Source: pid_namespaces(7).
    private static var nameSpace: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
    }

    private static func read(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    /// Field 22 of `/proc/PID/stat`, counted from behind the command's name, which may hold spaces and parentheses.
    /// Source: proc(5). `nil` for a process that is gone or a zombie.
    private static func startTime(of process: Int32) -> String? {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return String(fields[19])
    }
}
