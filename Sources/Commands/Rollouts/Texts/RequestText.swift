import FleetModel

/// What an operator asked for, in words.
enum RequestText {
    static func text(_ request: OperatorRequest) -> String {
        let reason = request.reason.map { ": \($0.harmless)" } ?? ""
        return "\(request.by) \(action(request.action))".harmless + reason
    }

    static func action(_ action: OperatorRequest.Action) -> String {
        switch action {
        case .pause: "paused it: nothing new starts"
        case .resume: "lets it go on"
        case .abort(let takesBack, let cancels):
            "ends it" + (cancels ? ", cancels what runs" : "") + (takesBack ? ", and takes it back" : "")
        case .approve(let scope): "approved \(scope)"
        case .reject(let scope, let takesBack): "rejected \(scope)" + (takesBack ? ", and takes it back" : "")
        case .skip(let target): "lets it go on without \(target)"
        case .retry(let target): "lets \(target) be tried again"
        }
    }
}
