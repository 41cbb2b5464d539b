internal import FleetModel

/// Why a Prometheus query gave no numbers.
public struct PrometheusError: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Reason: Error, Sendable, Hashable {
        /// The server gave no answer.
        case web(WebError)
        /// An HTTP status that is no success, from something that does not speak Prometheus' API, such as a proxy.
        case status(Int)
        /// The server refused the query or could not answer it; the type is its own word, such as `bad_data` or `timeout`.
        case refused(type: String, message: String)
        /// The query found no series.
        case empty
        /// The result is of a type that is no number: `matrix`, `string`, `histogram`.
        case notNumbers(resultType: String)
        /// One of the values is no finite number.
        case notFinite(Value)
        /// More than 1 MiB.
        case answerTooLarge
        /// A success that is not what Prometheus' API answers.
        case malformed
    }

    /// A value that cannot be compared with a limit.
    public enum Value: String, Sendable, Hashable {
        case notANumber = "NaN"
        case infinity = "+Inf"
        case minusInfinity = "-Inf"

        /// - Returns: nil for a finite number.
        init?(_ value: Double) {
            guard !value.isFinite else { return nil }
            self = value.isNaN ? .notANumber : value > 0 ? .infinity : .minusInfinity
        }
    }

    /// What a program decides on.
    public let reason: Reason
    /// Scheme, host and port of the server; nil where the address is none.
    public let place: String?

    init(_ reason: Reason, at place: String?) {
        self.reason = reason
        self.place = place
    }
}

extension PrometheusError: CustomStringConvertible {
    public var description: String {
        if case .web(let error) = reason { return error.description }
        return "\(place.map { "\($0): " } ?? "")\(sentence)"
    }

    private var sentence: String {
        switch reason {
        case .web(let error): error.description
        case .status(let status): "Not Prometheus' API answered, with status \(status)."
        case .refused(let type, let message):
            "Prometheus refused the query: \(Self.short(message)) (\(Self.short(type)))"
        case .empty: "The query found no series."
        case .notNumbers(let type):
            "The query gives a \(Self.short(type)), where a scalar or an instant vector is wanted."
        case .notFinite(let value): "The query gave \(value.rawValue), which cannot be compared."
        case .answerTooLarge: "The query gave more than 1 MiB. Let it give fewer series, as by sum() or max()."
        case .malformed: "The answer is not what Prometheus' API answers."
        }
    }

    /// The server's words, made safe to show.
    private static func short(_ text: String) -> String { String(text.harmless.prefix(300)) }
}
