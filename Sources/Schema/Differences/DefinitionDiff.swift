/// Two definitions as lines: `-` what should be there, `+` what is, and a space before what is in both.
public enum DefinitionDiff {
    /// Lines that are the same, kept around those that are not.
    private static let context = 2

    /// The lines of a finding's difference.
    public static func lines(expected: String?, live: String?) -> [String] {
        guard let expected else { return marked("+ ", live ?? "") }
        guard let live else { return marked("- ", expected) }
        let (old, new) = (split(expected), split(live))
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var lines: [(text: String, isChange: Bool)] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                lines.append(("- " + old[left], true))
                left += 1
            } else if right < new.count, inserted.contains(right) {
                lines.append(("+ " + new[right], true))
                right += 1
            } else {
                lines.append(("  " + old[left], false))
                left += 1
                right += 1
            }
        }
        return shortened(lines)
    }

    private static func shortened(_ lines: [(text: String, isChange: Bool)]) -> [String] {
        let kept = lines.indices.map { index in
            lines[max(0, index - context)...min(lines.count - 1, index + context)].contains { $0.isChange }
        }
        var shown: [String] = []
        for (index, line) in lines.enumerated() {
            if kept[index] {
                shown.append(line.text)
            } else if index == 0 || kept[index - 1] {
                shown.append("  …")
            }
        }
        return shown
    }

    private static func marked(_ mark: String, _ text: String) -> [String] { split(text).map { mark + $0 } }

    private static func split(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
