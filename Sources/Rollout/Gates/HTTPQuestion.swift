import FleetModel
import Inventory
import Web

/// A question to a web address that must be answered well.
struct HTTPQuestion {
    /// May hold references to secrets, as the headers may.
    let address: String
    let headers: [String: String]
    /// Nil for any from 200 to 299.
    let status: Int?
    /// What must stand in the answer.
    let text: String?
    let limit: Duration

    /// Why the answer is not good; nil where it is.
    func objection(_ secrets: Secrets) async -> TargetFailure? {
        let answer: WebAnswer
        do {
            answer = try await Web.ask(
                WebRequest(
                    try await secrets.resolve(address), headers: try await secrets.resolve(headers), timeout: limit))
        } catch let failure as TargetFailure {
            return failure
        } catch let error as WebError {
            return TargetFailure(kind: error.reason == .cancelled ? .cancelled : .probe, message: "\(error)")
        } catch {
            return TargetFailure(kind: .probe, message: "it could not be asked")
        }
        guard status.map({ $0 == answer.status }) ?? answer.isSuccess else {
            return TargetFailure(kind: .probe, message: "the answer has status \(answer.status)")
        }
        guard text.map(answer.body.contains) ?? true else {
            return TargetFailure(
                kind: .probe,
                message: "the answer does not contain \(text ?? "")\(answer.isCut ? " in its first part" : "")")
        }
        return nil
    }
}

/// A question to Prometheus whose values must lie within bounds.
struct MetricsQuestion {
    /// May hold references to secrets, as the headers may.
    let address: String
    let query: String
    let headers: [String: String]
    let min, max: Double?
    let limit: Duration

    /// Why a value is not within the bounds, or there is none; nil where all are.
    func objection(_ secrets: Secrets) async -> TargetFailure? {
        do {
            let values = try await PrometheusQuery(
                query, at: try await secrets.resolve(address), headers: try await secrets.resolve(headers),
                timeout: limit
            ).values()
            if let max, let value = values.max(), value > max {
                return TargetFailure(kind: .probe, message: "it is \(value.short), above \(max.short)", remedy: remedy)
            }
            if let min, let value = values.min(), value < min {
                return TargetFailure(kind: .probe, message: "it is \(value.short), below \(min.short)", remedy: remedy)
            }
            return nil
        } catch let failure as TargetFailure {
            return failure
        } catch let error as PrometheusError {
            if case .web(let web) = error.reason, web.reason == .cancelled {
                return TargetFailure(kind: .cancelled, message: "it was cancelled")
            }
            return TargetFailure(kind: .probe, message: "\(error)", remedy: remedy)
        } catch {
            return TargetFailure(kind: .probe, message: "it could not be asked")
        }
    }

    private var remedy: String { "Ask it by hand to see why: \(query)" }
}
