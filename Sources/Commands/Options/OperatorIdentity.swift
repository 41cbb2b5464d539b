import FleetModel
import Foundation
import Glibc

/// Who runs this process, and the groups that they are in.
///
/// `PGFLEET_OPERATOR` names the person behind a pipeline that runs as one account for all. It is believed: whoever can
/// write the store can write anything into it, so the store's file permissions are what keeps others out.
enum OperatorIdentity {
    static var current: Operator {
        let machine = (try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)) ?? "unknown"
        return Operator(
            user: user, machine: machine.trimmingCharacters(in: .whitespacesAndNewlines),
            process: ProcessInfo.processInfo.processIdentifier)
    }

    /// The groups of the operator's account on this machine, by name; none where there is no such account.
    static var groups: [String] {
        guard let account = getpwnam(user) else { return [] }
        var count: Int32 = 256
        var numbers = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(user, account.pointee.pw_gid, &numbers, &count) >= 0 else { return [] }
        return numbers.prefix(Int(count)).compactMap { number in
            getgrgid(number).map { String(cString: $0.pointee.gr_name) }
        }
    }

    private static var user: String {
        if let named = ProcessInfo.processInfo.environment["PGFLEET_OPERATOR"], !named.isEmpty {
            return String(named.prefix(200))
        }
        return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
    }
}
