/// Lets a bounded number of tests in at a time, in the order in which they came.
///
/// Swift Testing starts dozens of tests at once; a server has a limit of connections, and a laptop one of patience.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(width: Int) { free = width }

    /// Waits even if the task is cancelled: a place is always given back by who got it.
    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard waiting.isEmpty else {
            waiting.removeFirst().resume()
            return
        }
        free += 1
    }
}
