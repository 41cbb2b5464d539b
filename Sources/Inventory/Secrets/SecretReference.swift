internal import FleetModel

/// Where a part of a text comes from: `${env:NAME}`, `${file:PATH}` or `${command:LINE}`.
enum SecretReference: Sendable, Hashable {
    /// An environment variable of this process.
    case environment(String)
    /// A file's content; an absolute path.
    case file(String)
    /// What a command line, run by `sh -c`, prints.
    case command(String)
}

extension SecretReference: CustomReflectable, CustomStringConvertible {
    /// The reference as it may be shown. A command line may hold a token, so it is not part of this.
    var description: String {
        switch self {
        case .environment(let name): "${env:\(name)}"
        case .file(let path): "${file:\(path)}"
        case .command: "${command:…}"
        }
    }

    var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text with references could not be read.
struct SecretSyntaxError: Error, Hashable {
    let message: String
}

extension SecretText {
    /// Splits a text into what stands in it and what it refers to. `$${` stands for `${`.
    ///
    /// Braces inside a command count, so `${command:jq '{a: .b}' x}` ends at its own last one.
    static func parts(of text: String, directory: String) throws(SecretSyntaxError) -> [Part] {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return [.literal(text)] }
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("$${") {
                literal += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                let body = try body(of: rest.dropFirst(2))
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(.reference(try reference(String(body), directory: directory)))
                rest = rest.dropFirst(body.count + 3)
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty || parts.isEmpty { parts.append(.literal(literal)) }
        return parts
    }

    private static func body(of rest: Substring) throws(SecretSyntaxError) -> Substring {
        var depth = 1
        for index in rest.indices {
            if rest[index] == "{" { depth += 1 }
            if rest[index] == "}" { depth -= 1 }
            if depth == 0 { return rest[..<index] }
        }
        throw SecretSyntaxError(message: "`${` has no closing `}`; text that is not a reference is written `$${`")
    }

    private static func reference(_ body: String, directory: String) throws(SecretSyntaxError) -> SecretReference {
        let (scheme, argument) = body.splitOnce(at: ":") ?? (body, "")
        guard !argument.isEmpty else {
            throw SecretSyntaxError(
                message: "a reference is `${env:NAME}`, `${file:PATH}` or `${command:LINE}`; "
                    + "text that is not a reference is written `$${`")
        }
        switch scheme {
        case "env":
            guard !argument.contains("=") else {
                throw SecretSyntaxError(message: "the name of an environment variable has no `=`")
            }
            return .environment(argument)
        case "file": return .file(FilePaths.absolute(argument, in: directory))
        case "command": return .command(argument)
        default:
            let meant = Suggestion.nearest(to: scheme, among: ["env", "file", "command"])
            throw SecretSyntaxError(
                message: "a reference begins with `env:`, `file:` or `command:`"
                    + (meant.map { "; did you mean `${\($0):…}`?" } ?? ""))
        }
    }
}
