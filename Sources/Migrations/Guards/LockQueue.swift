/// Who waits for whom on a server at one moment, by process number.
struct LockQueue: Sendable, Hashable {
    /// Whom each waiting process waits for; those that hold a lock and those that are ahead in its queue.
    let waits: [Int32: [Int32]]

    /// Everyone who waits for a process, or for one that does.
    func queued(behind process: Int32) -> Set<Int32> {
        var found: Set<Int32> = []
        var new: Set = [process]
        while !new.isEmpty {
            new = Set(waits.filter { !new.isDisjoint(with: $0.value) }.keys).subtracting(found).subtracting([process])
            found.formUnion(new)
        }
        return found
    }

    /// Those whom a process waits for in the end, and who wait for nobody: they hold the lock. Where everyone waits for
    /// another, those whom it waits for first.
    func holders(before process: Int32) -> [Int32] {
        var seen: Set = [process]
        var next = waits[process] ?? []
        var holders: Set<Int32> = []
        while let candidate = next.popLast() {
            guard seen.insert(candidate).inserted else { continue }
            if let others = waits[candidate] { next += others } else { holders.insert(candidate) }
        }
        return (holders.isEmpty ? Set(waits[process] ?? []) : holders).sorted()
    }
}
