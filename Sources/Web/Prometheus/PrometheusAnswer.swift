internal import FoundationEssentials

/// What `/api/v1/query` answers.
///
/// - Source: Prometheus manual, "HTTP API", "Instant queries" and "Expression query result formats".
enum PrometheusAnswer {
    /// The numbers in an answer: finite, and at least one.
    static func values(in answer: WebAnswer) throws(PrometheusError.Reason) -> [Double] {
        guard !answer.isCut else { throw .answerTooLarge }
        let bytes = Data(answer.body.utf8)
        guard let document = try? JSONDecoder().decode(Document.self, from: bytes) else {
            throw answer.isSuccess ? .malformed : .status(answer.status)
        }
        guard document.status == "success" else {
            throw .refused(type: document.errorType ?? "unknown", message: document.error ?? "")
        }
        guard answer.isSuccess else { throw .status(answer.status) }
        guard let samples = document.data?.samples else {
            guard let type = document.data?.resultType, !["scalar", "vector"].contains(type) else { throw .malformed }
            throw .notNumbers(resultType: type)
        }
        guard !samples.isEmpty else { throw .empty }
        var values: [Double] = []
        for sample in samples {
            guard let text = sample else { throw .notNumbers(resultType: "histogram") }
            guard let value = Double(text) else { throw .malformed }
            if let odd = PrometheusError.Value(value) { throw .notFinite(odd) }
            values.append(value)
        }
        return values
    }

    private struct Document: Decodable {
        let status: String
        let data: Result?
        let errorType: String?
        let error: String?
    }

    private struct Result: Decodable {
        let resultType: String
        /// The texts of the numbers, nil for a histogram; absent where the result is of another type.
        let samples: [String?]?

        private enum Key: CodingKey {
            case resultType
            case result
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            resultType = try fields.decode(String.self, forKey: .resultType)
            switch resultType {
            case "scalar": samples = [try fields.decode(Sample.self, forKey: .result).text]
            case "vector": samples = try fields.decode([Series].self, forKey: .result).map { $0.value?.text }
            default: samples = nil
            }
        }
    }

    private struct Series: Decodable {
        /// Absent where the series is a native histogram.
        let value: Sample?
    }

    /// `[1435781451.781, "1"]`: a time in seconds, and the number as text, because JSON has no NaN.
    private struct Sample: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            var fields = try decoder.unkeyedContainer()
            _ = try fields.decode(Double.self)
            text = try fields.decode(String.self)
        }
    }
}
