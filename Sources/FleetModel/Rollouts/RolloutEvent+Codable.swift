extension RolloutEvent: Codable {
    private enum Key: String, CodingKey {
        case event, by, request, scope, environment, wave, target, targets, step, report, failure, reason, outcome
        case hook, baselines, passed
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func value<Value: Decodable>(_ key: Key) throws -> Value { try values.decode(Value.self, forKey: key) }
        self =
            switch try values.decode(Name.self, forKey: .event) {
            case .started: .started(by: try value(.by))
            case .resumed: .resumed(by: try value(.by))
            case .asked: .asked(try value(.request))
            case .approvalAwaited: .approvalAwaited(try value(.scope))
            case .approved: .approved(try value(.scope), by: try value(.by))
            case .promotionAwaited: .promotionAwaited(environment: try value(.environment))
            case .promoted: .promoted(environment: try value(.environment))
            case .windowAwaited: .windowAwaited(environment: try value(.environment))
            case .windowOpened: .windowOpened(environment: try value(.environment))
            case .windowClosed: .windowClosed(environment: try value(.environment))
            case .hookStarted: .hookStarted(try value(.hook))
            case .hookFinished: .hookFinished(try value(.hook), try value(.report))
            case .baselineStarted: .baselineStarted(try value(.wave))
            case .baselineFinished:
                .baselineFinished(
                    try value(.wave), try value(.baselines),
                    try values.decodeIfPresent(TargetFailure.self, forKey: .failure))
            case .retriesAwaited: .retriesAwaited(try value(.wave))
            case .environmentPassed:
                .environmentPassed(environment: try value(.environment), try value(.passed))
            case .waveStarted: .waveStarted(try value(.wave))
            case .targetStarted: .targetStarted(try value(.target))
            case .stepFinished: .stepFinished(try value(.target), try value(.step))
            case .targetFinished: .targetFinished(try value(.target), try value(.report))
            case .waveRepeated: .waveRepeated(try value(.wave))
            case .targetsDeferred: .targetsDeferred(try value(.targets))
            case .gateStarted: .gateStarted(try value(.wave))
            case .gateFinished:
                .gateFinished(
                    try value(.wave), try values.decodeIfPresent(TargetFailure.self, forKey: .failure))
            case .halted: .halted(try value(.reason))
            case .rollbackStarted: .rollbackStarted(try value(.targets))
            case .revertStarted: .revertStarted(try value(.target))
            case .revertFinished: .revertFinished(try value(.target), try value(.report))
            case .stopRequested: .stopRequested(by: try value(.by))
            case .suspended: .suspended
            case .ended: .ended(try value(.outcome))
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(Name(self), forKey: .event)
        switch self {
        case .started(let by), .resumed(let by), .stopRequested(let by):
            try values.encode(by, forKey: .by)
        case .asked(let request):
            try values.encode(request, forKey: .request)
        case .approvalAwaited(let scope):
            try values.encode(scope, forKey: .scope)
        case .approved(let scope, let by):
            try values.encode(scope, forKey: .scope)
            try values.encode(by, forKey: .by)
        case .promotionAwaited(let environment), .promoted(let environment), .windowAwaited(let environment),
            .windowOpened(let environment), .windowClosed(let environment):
            try values.encode(environment, forKey: .environment)
        case .hookStarted(let hook):
            try values.encode(hook, forKey: .hook)
        case .hookFinished(let hook, let report):
            try values.encode(hook, forKey: .hook)
            try values.encode(report, forKey: .report)
        case .baselineFinished(let wave, let baselines, let failure):
            try values.encode(wave, forKey: .wave)
            try values.encode(baselines, forKey: .baselines)
            try values.encodeIfPresent(failure, forKey: .failure)
        case .environmentPassed(let environment, let passed):
            try values.encode(environment, forKey: .environment)
            try values.encode(passed, forKey: .passed)
        case .waveStarted(let wave), .waveRepeated(let wave), .retriesAwaited(let wave), .baselineStarted(let wave),
            .gateStarted(let wave):
            try values.encode(wave, forKey: .wave)
        case .gateFinished(let wave, let failure):
            try values.encode(wave, forKey: .wave)
            try values.encodeIfPresent(failure, forKey: .failure)
        case .targetStarted(let target), .revertStarted(let target):
            try values.encode(target, forKey: .target)
        case .stepFinished(let target, let step):
            try values.encode(target, forKey: .target)
            try values.encode(step, forKey: .step)
        case .targetFinished(let target, let report), .revertFinished(let target, let report):
            try values.encode(target, forKey: .target)
            try values.encode(report, forKey: .report)
        case .halted(let reason):
            try values.encode(reason, forKey: .reason)
        case .targetsDeferred(let targets), .rollbackStarted(let targets):
            try values.encode(targets, forKey: .targets)
        case .ended(let outcome):
            try values.encode(outcome, forKey: .outcome)
        case .suspended:
            break
        }
    }
}
