import FleetModel

/// Aligned columns; the widths are those of the widest cells.
struct Table {
    /// One cell: its text and its colour.
    struct Cell {
        let text: String
        let tint: Paint.Tint?

        init(_ text: some StringProtocol, _ tint: Paint.Tint? = nil) {
            self.text = text.harmless
            self.tint = tint
        }
    }

    /// One column.
    struct Column {
        let title: String
        var isRightAligned = false
        /// Whether its cells are cut when the table is wider than the terminal.
        var isFlexible = false
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    /// - Parameter width: the terminal's width, or `nil` for a file, in which nothing is cut.
    func lines(indent: Int = 0, width: Int?, paint: Paint) -> [String] {
        let widths = fittingWidths(indent: indent, width: width)
        let header = line(columns.map { Cell($0.title, .quiet) }, widths, indent, paint)
        return [header] + rows.map { line($0, widths, indent, paint) }
    }

    private func fittingWidths(indent: Int, width: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            max(columns[index].title.columns, rows.map { $0[index].text.columns }.max() ?? 0)
        }
        guard let width else { return widths }
        var excess = widths.reduce(indent, +) + 2 * (widths.count - 1) - width
        for index in columns.indices.reversed() where columns[index].isFlexible && excess > 0 {
            let cut = min(excess, max(0, widths[index] - 12))
            widths[index] -= cut
            excess -= cut
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ indent: Int, _ paint: Paint) -> String {
        let texts = cells.indices.map { index -> String in
            let text = cells[index].text.cut(to: widths[index])
            let gap = String(repeating: " ", count: widths[index] - text.columns)
            let painted = paint(text, cells[index].tint)
            return columns[index].isRightAligned ? gap + painted : painted + (index == cells.count - 1 ? "" : gap)
        }
        return String(repeating: " ", count: indent) + texts.joined(separator: "  ")
    }
}
