import FleetModel
import Foundation

/// The events of a rollout as lines of JSON, for programs that follow it; the keys are described in docs/json.md.
struct EventLines {
    let output: Output

    func write(_ entries: some Sequence<JournaledEvent>) throws {
        for entry in entries { try output.writeLine(EventDocument(entry: entry)) }
    }
}

/// One event in JSON, with its number and its time.
struct EventDocument: Encodable {
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
