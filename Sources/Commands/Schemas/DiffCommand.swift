import ArgumentParser
import FleetModel
import Schema

/// Tells what stands between two schemas.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what stands between two schemas.",
        discussion: """
            Each of the two is a target, a version of the migrations (`none` for nothing applied), a file of SQL whose \
            name ends with .sql, or a file of `snapshot`. Versions and files of SQL are made on scratch: a \
            throw-away server of this machine, or the one that fleet.yaml names. In the output, - is what the first one \
            has and + what the second one has. The exit code is 0 when they are the same and 4 when they differ.
            """)

    @OptionGroup var options: FleetOptions

    @Argument(help: ArgumentHelp("The schema that is taken for right.", valueName: "a"))
    var first: String

    @Argument(help: ArgumentHelp("The schema that is compared with it.", valueName: "b"))
    var second: String

    func run() async throws {
        try await options.run { session in
            let found = try await session.withScratch { scratch in
                let operands = try await SchemaOperands(session, [first, second], scratch)
                let found = try await operands.snapshots()
                await operands.close()
                return found
            }
            let difference = SchemaDifference(expected: found[0], live: found[1])
            try session.output.write(DiffDocument(first: first, second: second, difference)) {
                lines(difference, session.output.data.paint)
            }
            if !difference.isEmpty { throw Failure(.drift, nil) }
        }
    }

    private func lines(_ difference: SchemaDifference, _ paint: Paint) -> [String] {
        guard !difference.isEmpty else { return ["no difference"] }
        var lines: [String] = []
        for finding in difference.findings {
            let word =
                switch finding.change {
                case .missing: "only in the first"
                case .extra: "only in the second"
                case .changed: "differs"
                }
            lines.append(paint("\(finding.identity)".harmless, .strong) + "  " + paint(word, .quiet))
            lines += DefinitionDiff.painted(expected: finding.expected, live: finding.live, paint).map { "  " + $0 }
        }
        return lines + ["", paint(difference.findings.count.of("difference"), .strong)]
    }
}

/// The JSON document of a comparison.
struct DiffDocument: Encodable {
    struct Row: Encodable {
        let object: String
        let kind: ObjectKind
        let name, change: String
        @OrNull var first: String?
        @OrNull var second: String?
        let repair: [String]
    }

    let first, second: String
    let differences: [Row]

    init(first: String, second: String, _ difference: SchemaDifference) {
        self.first = first
        self.second = second
        differences = difference.findings.map { finding in
            Row(
                object: "\(finding.identity)", kind: finding.identity.kind, name: finding.identity.name,
                change: finding.word, first: finding.expected, second: finding.live, repair: finding.repair)
        }
    }
}
