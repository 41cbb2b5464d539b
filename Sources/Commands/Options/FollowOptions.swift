import ArgumentParser

/// Whether what happens is told while it happens, too.
struct FollowOptions: ParsableArguments {
    @Flag(
        help: "With --output json: write each event as a line when it happens, and the document as the last one.")
    var follow = false

    /// The lines that are written while something happens; nil where one document at the end is wanted.
    func lines(_ output: Output) -> EventLines? {
        follow && output.format == .json ? EventLines(output: output) : nil
    }
}
