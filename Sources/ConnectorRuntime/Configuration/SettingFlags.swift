import CommandLineKit
import ConnectorKit

extension Flag {
    /// The flag of a connector's own setting.
    ///
    /// - Parameter isDemanded: whether one that is required has to be given, which settings of alternative groups don't.
    init(_ setting: SettingDeclaration, group: String, isDemanded: Bool = true) {
        self.init(
            setting.name, shorthand: setting.shorthand, Flag.Kind(setting.kind), help: setting.description,
            default: setting.isSecret ? nil : setting.defaultValue?.typed, hidden: setting.isHidden,
            required: setting.isRequired && isDemanded, variable: setting.variable, group: group)
    }
}

extension Flag.Kind {
    init(_ kind: SettingDeclaration.Kind) {
        switch kind {
        case .string: self = .string
        case .int: self = .int
        case .bool: self = .bool
        case .strings: self = .strings
        case .map: self = .map
        }
    }
}

extension GivenValue {
    init(_ value: FlagValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .int(let number): self = .int(number)
        case .bool(let flag): self = .bool(flag)
        case .strings(let items): self = .strings(items)
        case .map(let pairs): self = .map(pairs)
        }
    }

    /// The value as it would be typed on the command line.
    var typed: String {
        switch self {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .bool(let flag): flag ? "true" : "false"
        case .strings(let items): items.map(Self.field).joined(separator: ",")
        case .map(let pairs):
            pairs.sorted { $0.key < $1.key }.map { Self.field("\($0.key)=\($0.value)") }.joined(separator: ",")
        }
    }

    /// Whether nothing was really given.
    var isZero: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .int(let number): number == 0
        case .bool(let flag): !flag
        case .strings(let items): items.isEmpty
        case .map(let pairs): pairs.isEmpty
        }
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

extension FlagRule {
    /// The part of a constraint that can be judged by which flags were given.
    init?(_ constraint: SettingConstraint) {
        switch constraint.kind {
        case .requiredTogether: self = .requiredTogether(constraint.names)
        case .atLeastOne: self = .atLeastOne(constraint.names)
        case .mutuallyExclusive: self = .mutuallyExclusive(constraint.names)
        case .dependentOn: return nil
        }
    }
}
