import Dispatch
import FleetModel
import Glibc

/// Questions to a person at a terminal. Without a terminal each is an error that names the flag that answers it.
enum Question {
    /// Asks for a word to be typed.
    ///
    /// - Throws: `usage` without a terminal, `interrupted` when anything else was typed.
    static func typed(_ word: String, to purpose: String, flag: String, output: Output) async throws(Failure) {
        guard Terminal.canAsk else {
            throw Failure(.usage, "there is no terminal to ask at; add \(flag) to \(purpose)")
        }
        let paint = output.messages.paint
        output.tellRaw("\nType \(paint(word.harmless, .strong)) to \(purpose): ")
        guard await line() == word else { throw Failure(.interrupted, "not confirmed; nothing was changed") }
    }

    /// Asks for yes or no.
    ///
    /// - Throws: `usage` without a terminal, `interrupted` for any other answer than yes.
    static func yes(_ question: String, flag: String, output: Output) async throws(Failure) {
        guard Terminal.canAsk else {
            throw Failure(.usage, "there is no terminal to ask at: \(question.harmless) Add \(flag) if so")
        }
        output.tellRaw("\n\(question.harmless) [y/N] ")
        guard let answer = await line(), ["y", "Y", "yes"].contains(answer) else {
            throw Failure(.interrupted, "not confirmed; nothing was changed")
        }
    }

    /// The next line of standard input without its end; `nil` at its end or when the task is cancelled.
    ///
    /// A thread of its own waits for it; a cancelled wait leaves that thread behind until the process ends.
    static func line() async -> String? {
        let (lines, continuation) = AsyncStream<String?>.makeStream()
        DispatchQueue.global().async {
            continuation.yield(readLine(strippingNewline: true))
            continuation.finish()
        }
        for await line in lines { return line }
        return nil
    }
}
