import Glibc

/// What the output goes to: a terminal of some width, or a file or a pipe.
struct Terminal: Sendable {
    /// Whether a person looks at it.
    let isInteractive: Bool
    /// In columns; what a terminal does not say is 80.
    let width: Int
    private let descriptor: Int32
    /// How text is coloured.
    let paint: Paint

    /// Standard output.
    static func output(noColor: Bool) -> Terminal { Terminal(STDOUT_FILENO, noColor: noColor) }

    /// Standard error, where everything for people goes.
    static func messages(noColor: Bool) -> Terminal { Terminal(STDERR_FILENO, noColor: noColor) }

    /// Whether questions can be answered: standard input and standard error are a terminal.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    private init(_ descriptor: Int32, noColor: Bool) {
        let isTerminal = isatty(descriptor) == 1
        let isDumb = Self.variable("TERM").map { $0 == "dumb" || $0.isEmpty } ?? true
        isInteractive = isTerminal && !isDumb
        self.descriptor = descriptor
        width = Self.size(of: descriptor)?.width ?? Self.variable("COLUMNS").flatMap(Int.init) ?? 80
        let refusesColor = noColor || Self.variable("NO_COLOR").map { !$0.isEmpty } ?? false
        paint = Paint(isOn: isInteractive && !refusesColor)
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// How large it is now, in columns and lines; it may have been resized.
    var size: (width: Int, height: Int) { Self.size(of: descriptor) ?? (width, 24) }

    private static func size(of descriptor: Int32) -> (width: Int, height: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
    }
}
