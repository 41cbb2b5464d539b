/// Colours, or none. A colour never says anything alone: a word or a sign stands with it.
struct Paint: Sendable {
    /// What a colour is for.
    enum Tint: String, Sendable {
        case good = "32"
        case bad = "31"
        case warning = "33"
        case quiet = "2"
        case strong = "1"
        case active = "36"
    }

    let isOn: Bool

    /// Without colour.
    static let plain = Paint(isOn: false)

    func callAsFunction(_ text: String, _ tint: Tint?) -> String {
        guard isOn, let tint, !text.isEmpty else { return text }
        return "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m"
    }
}
