import Glibc
import Inventory
import Schema
import Synchronization

extension FleetSession {
    /// Lends scratch servers to a command's work, and ends them afterwards.
    ///
    /// Servers of this machine end with the process, however that ends. Databases on a server that the inventory names would
    /// stay when a signal ends it, so that they are dropped first; a second signal ends it at once.
    /// - Parameter heedsSignals: false where the caller heeds them and cancels the work.
    func withScratch<Value, Problem: Error>(
        heedsSignals: Bool = true, _ work: (ScratchServers) async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let named = fleet.scratchServer.map { access in
            ScratchServers.Named(access, resolver: resolver, isOfFleet: fleet.hasTargets(on: access.endpoint))
        }
        let servers = ScratchServers(fleet.scratch, named: named)
        let signals = Mutex(0)
        let interrupts =
            named == nil || !heedsSignals
            ? nil
            : Interrupts {
                let isFirst = signals.withLock { count in
                    count += 1
                    return count == 1
                }
                guard isFirst else { exit(ExitStatus.interrupted.rawValue) }
                Task {
                    await servers.close()
                    exit(ExitStatus.interrupted.rawValue)
                }
            }
        let outcome: Result<Value, Problem>
        do throws(Problem) {
            outcome = .success(try await work(servers))
        } catch {
            outcome = .failure(error)
        }
        // In a task of its own, as the work may have been cancelled.
        await Task { await servers.close() }.value
        withExtendedLifetime(interrupts) {}
        return try outcome.get()
    }
}
