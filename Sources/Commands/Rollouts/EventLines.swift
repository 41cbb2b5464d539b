import Dispatch
import FleetModel
import Foundation
import Rollout

/// The events of a rollout as lines of JSON, for programs that follow it; the keys are described in docs/json.md.
///
/// A queue of its own writes, so that a reader that is slow keeps nothing else from going on.
final class EventLines: Sendable {
    private let output: Output
    private let queue = DispatchQueue(label: "lines of JSON")

    init(output: Output) { self.output = output }

    /// Writes events, each with its number and its time.
    func write(_ entries: some Sequence<JournaledEvent>) {
        let documents = entries.map(EventDocument.init)
        queue.async { [output] in
            for document in documents { try? output.writeLine(document) }
        }
    }

    /// Writes the last line: what became of the rollout. Returns when all lines are written.
    func end(_ document: some Encodable & Sendable) async {
        let line = LastLine(event: "result", document: document)
        await withCheckedContinuation { continuation in
            queue.async { [output] in
                try? output.writeLine(line)
                continuation.resume()
            }
        }
    }
}

/// A document as a line of a stream, which `event` tells from the others.
struct LastLine<Document: Encodable>: Encodable {
    let event: String
    let document: Document

    private enum Key: String, CodingKey {
        case event
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(event, forKey: .event)
        try document.encode(to: encoder)
    }
}

/// One event in JSON, with its number and its time.
struct EventDocument: Encodable, Sendable {
    let entry: JournaledEvent

    private enum Key: String, CodingKey {
        case sequence, at
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(entry.sequence, forKey: .sequence)
        try values.encode(entry.time.formatted(.iso8601.milliseconds), forKey: .at)
        try entry.event.encode(to: encoder)
    }
}

extension LastLine: Sendable where Document: Sendable {}
