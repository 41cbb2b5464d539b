import FoundationEssentials

/// The end of a process at one commit of its store, by a library that is preloaded into it (Tests/DieAtSync).
struct StoreDeath: Sendable, Hashable, CustomStringConvertible {
    enum Moment: String, Sendable, CaseIterable {
        /// Nothing of the commit has reached the store.
        case before
        /// It is durable, and the process does not know it yet.
        case after
    }

    /// Which commit of the process, from 1.
    let commit: Int
    let moment: Moment

    var description: String { "\(moment.rawValue) commit \(commit)" }

    /// What makes a run of the program end so, if it comes to that commit.
    var environment: [String: String] {
        ["LD_PRELOAD": Self.library, "DIE_AT_SYNC": String(commit), "DIE_MOMENT": moment.rawValue]
    }

    /// It is built beside the program.
    private static let library =
        URL(filePath: Tool.path).deletingLastPathComponent().appending(path: "libDieAtSync.so").path
}

/// Hands out the deaths of a run one after the other, until a run comes through alive because it has no such commit.
actor StoreDeaths {
    private let moments = StoreDeath.Moment.allCases
    private var handedOut = 0
    /// The first commit that a run did not have, as far as is known.
    private(set) var end = Int.max

    func next() -> StoreDeath? {
        let death = StoreDeath(
            commit: handedOut / moments.count + 1, moment: moments[handedOut % moments.count])
        guard death.commit < end else { return nil }
        handedOut += 1
        return death
    }

    func wasSurvived(_ death: StoreDeath) { end = min(end, death.commit) }

    /// Puts every death to the test, `width` of them at a time.
    ///
    /// - Parameter run: gets the death and the number of its place, from 0; returns whether it was died.
    /// - Returns: how many commits a run had.
    static func enumerate(
        width: Int, _ run: @escaping @Sendable (StoreDeath, Int) async throws -> Bool
    ) async throws -> Int {
        let deaths = StoreDeaths()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<width {
                group.addTask {
                    while let death = await deaths.next() {
                        if try await !run(death, place) { await deaths.wasSurvived(death) }
                    }
                }
            }
            try await group.waitForAll()
        }
        return await deaths.end - 1
    }
}
