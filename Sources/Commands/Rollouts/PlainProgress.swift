import Foundation

/// Progress where nobody looks at a terminal: a line per event with its time, good in the log of a pipeline.
enum PlainProgress {
    /// The time in UTC before the first line, as journals have it; further lines are indented as far.
    static func lines(_ lines: [String], at date: Date) -> [String] {
        let time = date.timeOfDay
        return lines.enumerated().map { index, line in
            (index == 0 ? time : String(repeating: " ", count: time.count)) + "  " + line
        }
    }
}
