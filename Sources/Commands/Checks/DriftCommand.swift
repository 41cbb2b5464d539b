import ArgumentParser
import FleetModel
import Foundation
import Inventory
import Store

/// Differences that are meant to be.
struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Accept differences that are meant to be, with a reason and an end.",
        subcommands: [DriftAccept.self, DriftList.self, DriftRevoke.self])
}

/// Accepts a difference.
struct DriftAccept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Accept a difference on some targets.",
        discussion: "The finding is named as `check history NUMBER` lists it: 'extra index orders_tmp'.")

    @OptionGroup var options: FleetOptions

    @Argument(help: ArgumentHelp("The finding, or a pattern (*, ?) of findings.", valueName: "finding"))
    var finding: String

    @Option(name: .shortAndLong, help: ArgumentHelp("A target's name, or a pattern of names.", valueName: "target"))
    var target: String

    @Option(help: "Why it is meant to be.")
    var reason: String

    @Option(help: ArgumentHelp("For how long, such as 30d; without it for good.", valueName: "duration"))
    var `for`: DurationArgument?

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace), reason.utf8.count <= 2000 else {
            throw ValidationError("--reason is a text of at most 2000 bytes that says why")
        }
        guard !finding.isEmpty, !target.isEmpty else { throw ValidationError("the finding and --target are not empty") }
    }

    func run() async throws {
        try await options.run { session in
            let now = Date.now.inMilliseconds
            let drift = AcceptedDrift(
                targets: target, findings: finding, reason: reason, by: session.me.description, milliseconds: now,
                expiresMilliseconds: `for`.map { now + Int64($0.duration.components.seconds) * 1000 })
            let number = try await session.store().accept(drift, of: session.fleet.name)
            try session.output.write(AcceptedDocument(accepted: [.init(number, drift)])) {
                [
                    "accepted (number \(number)): \(finding.harmless) on \(target.harmless)"
                        + (drift.expiresMilliseconds.map { ", until \(Date(milliseconds: $0).minuteText)" } ?? "")
                ]
            }
        }
    }
}

/// Lists what was accepted.
struct DriftList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what was accepted.")

    @OptionGroup var options: FleetOptions

    func run() async throws {
        try await options.run { session in
            let accepted = try await session.storeIfPresent()?.acceptedDrift(of: session.fleet.name) ?? []
            try session.output.write(AcceptedDocument(accepted: accepted.map { .init($0.number, $0.drift) })) {
                guard !accepted.isEmpty else { return ["no difference was accepted"] }
                var table = Table([
                    .init(title: "NUMBER", isRightAligned: true), .init(title: "FINDING"), .init(title: "TARGETS"),
                    .init(title: "UNTIL"), .init(title: "BY"), .init(title: "REASON", isFlexible: true),
                ])
                for (number, drift) in accepted {
                    let isOver = drift.expiresMilliseconds.map { $0 <= Date.now.inMilliseconds } ?? false
                    let end = drift.expiresMilliseconds.map { Date(milliseconds: $0).minuteText } ?? "for good"
                    table.add(
                        .init("\(number)"), .init(drift.findings), .init(drift.targets),
                        .init(end + (isOver ? " (over)" : ""), isOver ? .warning : nil), .init(drift.by, .quiet),
                        .init(drift.reason))
                }
                return table.lines(width: session.output.dataWidth, paint: session.output.data.paint)
            }
        }
    }
}

/// Takes an acceptance back.
struct DriftRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Take an acceptance back.")

    @OptionGroup var options: FleetOptions

    @Argument(help: "Its number, as `drift list` tells it.")
    var number: Int64

    func run() async throws {
        try await options.run { session in
            let store = try await session.storeIfPresent()
            guard try await store?.revokeAcceptance(number, of: session.fleet.name) == true else {
                throw Failure(.usage, "nothing was accepted under the number \(number); see: pgfleet drift list")
            }
            session.output.tell("number \(number) was taken back")
        }
    }
}

/// The JSON document of acceptances.
struct AcceptedDocument: Encodable {
    struct Row: Encodable {
        let number: Int64
        let finding, targets, reason, by: String
        let atMs: Int64
        @OrNull var expiresMs: Int64?

        init(_ number: Int64, _ drift: AcceptedDrift) {
            self.number = number
            finding = drift.findings
            targets = drift.targets
            reason = drift.reason
            by = drift.by
            atMs = drift.milliseconds
            expiresMs = drift.expiresMilliseconds
        }
    }

    let accepted: [Row]
}
