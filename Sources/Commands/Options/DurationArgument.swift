import ArgumentParser
import FleetModel

/// A length of time as in fleet.yaml: `250ms`, `30s`, `5m`, `1h30m`; at most a year.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = DurationText.parse(argument), duration <= .seconds(366 * 86_400) else { return nil }
        self.duration = duration
    }

    var description: String { DurationText.text(duration) }
    var defaultValueDescription: String { description }
}
