extension StringProtocol {
    /// How many columns of a terminal the text takes, at most.
    var columns: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.columns }
    }
}

extension Character {
    /// How many columns it takes, at most: terminals that do not know a sequence show its parts side by side.
    var columns: Int {
        let sum = unicodeScalars.reduce(0) { $0 + $1.columns }
        return unicodeScalars.contains("\u{FE0F}") ? max(2, sum) : sum
    }
}

extension Unicode.Scalar {
    /// 0 for marks that stand on another character, 2 for wide ones, 1 for all others.
    fileprivate var columns: Int {
        guard value >= 0x300 else { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) } ? 2 : 1
        }
    }

    /// What is wide or fullwidth, in ranges that may hold unassigned places.
    ///
    /// - Source: Unicode Standard Annex 11, East Asian Width, W and F.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
