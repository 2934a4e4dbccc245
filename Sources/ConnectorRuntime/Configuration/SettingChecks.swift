import CommandLineKit
import ConnectorKit

/// Checks values against what was declared, in the words that people of the ecosystem know.
enum SettingChecks {
    /// Complains about everything that is wrong at once.
    static func check(
        _ values: [(declaration: SettingDeclaration, value: GivenValue)], _ constraints: [SettingConstraint] = []
    ) throws {
        let given = Set(values.filter { !$0.value.isZero }.map(\.declaration.name))
        let problems =
            values.compactMap { problem($0.declaration, $0.value) } + constraints.compactMap { problem($0, given) }
        guard let first = problems.first else { return }
        throw UsageError(problems.count == 1 ? first : "errors found:\n" + problems.joined(separator: "\n"))
    }

    private static func problem(_ setting: SettingDeclaration, _ value: GivenValue) -> String? {
        if value.isZero {
            guard setting.isRequired, setting.kind != .bool else { return nil }
            let type = typeName(setting.kind)
            return "field \(setting.name) of type \(type) is marked as required but it has a zero-value"
        }
        return setting.rules.lazy.compactMap { problem(setting, value, $0) }.first
    }

    private static func problem(
        _ setting: SettingDeclaration, _ value: GivenValue, _ rule: SettingDeclaration.Rule
    ) -> String? {
        switch (rule, value) {
        case (.range(let bounds), .int(let number)) where number < bounds.lowerBound:
            "field \(setting.name): value must be greater than or equal to \(bounds.lowerBound) but got \(number)"
        case (.range(let bounds), .int(let number)) where number > bounds.upperBound:
            "field \(setting.name): value must be less than or equal to \(bounds.upperBound) but got \(number)"
        case (.oneOf(let words), .string(let word)) where !words.contains(word):
            "field \(setting.name): value must be one of [\(words.joined(separator: " "))] but got "
                + (setting.isSecret ? "something else" : "'\(word)'")
        default: nil
        }
    }

    private static func problem(_ constraint: SettingConstraint, _ given: Set<String>) -> String? {
        let names = constraint.names.removingDuplicates()
        let set = names.filter(given.contains)
        let missing = names.filter { !given.contains($0) }
        switch constraint.kind {
        case .requiredTogether:
            guard !set.isEmpty, !missing.isEmpty else { return nil }
            return "fields marked as needed together are missing: \(list(missing))"
        case .mutuallyExclusive:
            return set.count > 1 ? "fields marked as mutually exclusive were set: \(list(set))" : nil
        case .atLeastOne:
            return set.isEmpty ? "at least one field was expected, any of: \(list(names))" : nil
        case .dependentOn:
            let needed = constraint.secondaryNames.removingDuplicates().filter { !given.contains($0) }
            guard !set.isEmpty, !needed.isEmpty else { return nil }
            return "set fields \(list(set)) are dependent on \(list(needed)) being set"
        }
    }

    /// `('a')`, `('a' and 'b')`, `('a', 'b', and 'c')`.
    static func list(_ names: [String]) -> String {
        let quoted = names.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 2 else { return "(\(quoted.joined(separator: " and ")))" }
        return "(\(quoted.dropLast().joined(separator: ", ")), and \(last))"
    }

    private static func typeName(_ kind: SettingDeclaration.Kind) -> String {
        switch kind {
        case .string: "string"
        case .int: "int"
        case .bool: "bool"
        case .strings: "[]string"
        case .map: "map[string]any"
        }
    }
}

extension [String] {
    func removingDuplicates() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
