import FleetModel

/// What an operator asked for, in words.
enum RequestText {
    static func text(_ request: OperatorRequest) -> String {
        let reason = request.reason.map { ": \($0.harmless)" } ?? ""
        let what =
            switch request.action {
            case .pause: "paused it: nothing new starts"
            case .resume: "lets it go on"
            case .abort(let takesBack, let cancels):
                "ends it" + (cancels ? ", cancels what runs" : "") + (takesBack ? ", and takes it back" : "")
            case .approve(let scope): "approved \(scope)"
            case .reject(let scope, _): "rejected \(scope)"
            case .skip(let target): "lets it go on without \(target)"
            case .retry(let target): "lets \(target) be tried again"
            }
        return "\(request.by) \(what)\(reason)"
    }
}
