internal import FleetModel

extension Field {
    /// A duration within bounds.
    func duration(_ range: ClosedRange<Duration>) -> Duration? {
        let expected =
            "a duration from \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))"
            + ", like 250ms, 2s, 15m or 1h30m"
        guard let text = scalar(expected) else { return nil }
        guard let duration = DurationText.parse(text) else {
            error(
                .wrongType,
                Int(text) == nil
                    ? "expected \(expected), found \(Printable.value(text))"
                    : "\(Printable.value(text)) has no unit; write for example `\(text)s`")
            return nil
        }
        guard range.contains(duration) else {
            error(.invalid, "expected \(expected), found \(Printable.value(text))")
            return nil
        }
        return duration
    }
}
