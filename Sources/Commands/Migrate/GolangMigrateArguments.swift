/// golang-migrate's command line in pgfleet's words, so that a script has only the program's name to change:
/// `migrate -path db -database URL up 2` is `pgfleet migrate up --migrations db --database URL 2`.
///
/// Its flags begin with one hyphen or two, stand before or after the command, and take their value after a space or an
/// equals sign. Anything that it does not have is left as it is.
enum GolangMigrateArguments {
    private static let commands: Set<String> = ["up", "down", "goto", "force", "version", "drop", "create"]

    /// What becomes of a flag: its name here, whether it has a value, and what becomes of that.
    private enum Meaning {
        case flag(String)
        case option(String)
        /// `file://DIR`.
        case source
        /// It has a value and no meaning here.
        case nothing
    }

    private static func meaning(of name: String, _ command: String) -> Meaning? {
        switch (name, command) {
        case ("path", _): .option("--migrations")
        case ("source", _): .source
        case ("database", _): .option("--database")
        case ("verbose", _): .flag("--verbose")
        case ("lock-timeout", _): .option("--lock-wait")
        case ("prefetch", _): .nothing
        case ("all", "down"): .flag("--all")
        case ("f", "drop"): .flag("--yes")
        case ("seq", "create"): .flag("--seq")
        case ("ext", "create"), ("digits", "create"), ("format", "create"), ("tz", "create"): .option("--\(name)")
        case ("dir", "create"): .option("--migrations")
        default: nil
        }
    }

    /// The arguments, without the program's name, as the parser takes them.
    static func understood(_ arguments: [String]) -> [String] {
        guard arguments.first == "migrate", let place = command(in: arguments) else { return arguments }
        let command = arguments[place]
        var options: [String] = []
        var negative: [String] = []
        var rest = (arguments[1..<place] + arguments[(place + 1)...])[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                negative += rest
                break
            }
            if Int(argument) ?? 0 < 0 {
                // The parser takes it for a flag.
                negative.append(argument)
                continue
            }
            let (name, given) = split(argument)
            guard let name, let meaning = meaning(of: name, command) else {
                options.append(argument)
                continue
            }
            if case .flag(let flag) = meaning {
                if given != "false" { options.append(flag) }
                continue
            }
            guard let value = given ?? rest.popFirst() else {
                options.append(argument)
                continue
            }
            switch meaning {
            case .option(let name): options += ["\(name)=\(value)"]
            case .source: options += ["--migrations=\(value.hasPrefix("file://") ? String(value.dropFirst(7)) : value)"]
            case .nothing, .flag: break
            }
        }
        return ["migrate", command] + options + (negative.isEmpty ? [] : ["--"] + negative)
    }

    /// Where the command stands: the first word that is one and no flag's value.
    private static func command(in arguments: [String]) -> Int? {
        var place = 1
        while place < arguments.count {
            let argument = arguments[place]
            if commands.contains(argument) { return place }
            guard argument.hasPrefix("-") else { return nil }
            let (name, given) = split(argument)
            let hasValue =
                switch name.flatMap({ meaning(of: $0, "") }) {
                case .flag: false
                case .option, .source, .nothing: true
                case nil:
                    [
                        "config", "c", "output", "o", "env", "host", "target", "label", "migrations", "layout",
                        "lock-wait",
                    ]
                    .contains(name)
                }
            place += hasValue && given == nil ? 2 : 1
        }
        return nil
    }

    /// A flag's name and the value behind its equals sign; no name for anything else.
    private static func split(_ argument: String) -> (name: String?, value: String?) {
        guard argument.hasPrefix("-"), argument.count > 1 else { return (nil, nil) }
        let text = argument.drop { $0 == "-" }
        guard let sign = text.firstIndex(of: "=") else { return (String(text), nil) }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }
}
