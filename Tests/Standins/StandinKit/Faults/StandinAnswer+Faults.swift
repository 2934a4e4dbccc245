extension StandinAnswer {
    /// The answer as it arrives when the line, and not the application, is at fault.
    package func suffering(_ effects: [Fault.Effect]) -> StandinAnswer {
        var answer = self
        for effect in effects {
            switch effect {
            case .dropRequest, .dropAnswer: answer.delivery = .dropped
            case .cutBody: answer.delivery = .cut
            case .delay(let milliseconds): answer.delayMilliseconds += milliseconds
            case .malformedJSON: answer.body = Array(answer.body.dropLast(max(1, answer.body.count / 3)))
            default: break
            }
        }
        return answer
    }
}

extension [Fault.Effect] {
    /// The status that a server or a gateway fails with.
    package var failure: Int? {
        for case .status(let status) in self { return status }
        return nil
    }

    /// After how many seconds a limited request may be tried again.
    package var limitedSeconds: Int? {
        for case .rateLimit(let seconds) in self { return seconds }
        return nil
    }
}
