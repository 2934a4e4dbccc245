import CommandLineKit
import Yams

extension Node {
    /// The value of a setting; nil for an explicit null.
    ///
    /// Lists and maps may also be written as on the command line.
    func value(of kind: Flag.Kind) throws(FlagSyntaxProblem) -> FlagValue? {
        if null != nil { return nil }
        switch (self, kind) {
        case (.scalar(let scalar), .bool):
            if let flag = bool { return .bool(flag) }
            return try FlagValue(parsing: scalar.string, as: kind)
        case (.scalar(let scalar), _):
            return try FlagValue(parsing: scalar.string, as: kind)
        case (.sequence(let items), .strings):
            var texts: [String] = []
            for item in items { texts.append(try item.text()) }
            return .strings(texts)
        case (.mapping(let pairs), .map):
            var texts: [String: String] = [:]
            for (key, value) in pairs { texts[try key.text()] = try value.text() }
            return .map(texts)
        default:
            throw FlagSyntaxProblem("not \(kind.description)")
        }
    }

    private func text() throws(FlagSyntaxProblem) -> String {
        guard case .scalar(let scalar) = self else { throw FlagSyntaxProblem("nested deeper than a setting can be") }
        return scalar.string
    }
}

extension Flag.Kind {
    fileprivate var description: String {
        switch self {
        case .bool: "true or false"
        case .string: "a text"
        case .int: "a whole number"
        case .strings: "a list"
        case .map: "a map"
        }
    }
}
