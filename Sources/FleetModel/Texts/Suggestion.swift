/// Finds the word that was probably meant.
package enum Suggestion {
    /// The candidate that is nearest to `word`, if it is near enough to be a typing mistake.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let bound = max(1, min(3, word.count / 3))
        var best: (distance: Int, word: String)?
        for candidate in candidates where abs(candidate.count - word.count) <= bound {
            let distance = distance(from: Array(word.lowercased()), to: Array(candidate.lowercased()))
            if distance <= bound, distance < best?.distance ?? Int.max { best = (distance, candidate) }
        }
        return best?.word
    }

    /// A sentence's end: `, did you mean X?`, or a list of what there is, or nothing.
    package static func ending(for word: String, among candidates: [String]) -> String {
        if let word = nearest(to: word, among: candidates) { return "; did you mean `\(word)`?" }
        if candidates.isEmpty || candidates.count > 12 { return "" }
        return "; known: " + candidates.sorted().map { "`\($0)`" }.joined(separator: ", ")
    }

    /// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
    private static func distance(from left: [Character], to right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let same = left[row] == right[column]
                var cost = min(last[column] + (same ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
