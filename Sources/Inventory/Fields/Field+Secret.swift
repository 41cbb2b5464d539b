extension Field {
    /// Text that may hold references; the value is never part of an error.
    func secret(_ expected: String, directory: String) -> SecretText? {
        guard let text = scalar(expected) else { return nil }
        do {
            let parts = try SecretText.parts(of: text, directory: directory)
            let isPlain = parts.allSatisfy { if case .literal = $0 { true } else { false } }
            return SecretText(parts: parts, place: isPlain ? nil : place)
        } catch {
            self.error(.invalid, error.message)
            return nil
        }
    }

    /// Text that must be known when the file is read, because it names or places something.
    func plainText(_ expected: String, because reason: String) -> String? {
        guard let text = text(expected) else { return nil }
        guard !text.holds("${") else {
            error(.invalid, "a reference (`${…}`) cannot be used here: \(reason)")
            return nil
        }
        return text
    }
}
