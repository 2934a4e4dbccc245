/// The value of a flag.
public enum FlagValue: Sendable, Equatable {
    case bool(Bool)
    case string(String)
    case int(Int)
    case strings([String])
    case map([String: String])
}

extension Flag {
    var zero: FlagValue {
        switch kind {
        case .bool: .bool(false)
        case .string: .string("")
        case .int: .int(0)
        case .strings: .strings([])
        case .map: .map([:])
        }
    }

    var initialValue: FlagValue {
        guard let defaultText, !defaultText.isEmpty else { return zero }
        switch FlagValue.parse(defaultText, as: kind) {
        case .success(let value): return value
        case .failure(let problem): preconditionFailure("the default of --\(name) is \(problem.reason)")
        }
    }
}
