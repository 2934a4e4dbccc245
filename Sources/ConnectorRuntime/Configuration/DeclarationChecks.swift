import CommandLineKit
import ConnectorKit

/// Finds mistakes that a connector's author made in declaring settings, before anybody uses them.
enum DeclarationChecks {
    static func check(
        _ settings: [SettingDeclaration], _ constraints: [SettingConstraint], _ groups: [SettingGroup] = [],
        beside shared: [Flag]
    ) throws {
        var names = Set(shared.map(\.name)).union(["help", "version"])
        var shorthands = Set(shared.compactMap(\.shorthand)).union(["h"])
        for setting in settings {
            guard names.insert(setting.name).inserted else {
                throw UsageError("multiple fields with the same name: \(setting.name)")
            }
            if let shorthand = setting.shorthand, !shorthands.insert(shorthand).inserted {
                throw UsageError("invalid config: \(setting.name): another flag is -\(shorthand) already")
            }
            if setting.isRequired, setting.kind == .bool {
                throw UsageError("invalid config: \(setting.name): a bool can't be required")
            }
        }
        for constraint in constraints { try check(constraint, settings) }
        try check(groups, names)
    }

    private static func check(_ groups: [SettingGroup], _ names: Set<String>) throws {
        let defaults = groups.filter(\.isDefault).map(\.name)
        guard defaults.count < 2 else {
            throw UsageError(
                "only one field group can be set as default, but found \(defaults.count): "
                    + defaults.joined(separator: ", "))
        }
        guard Set(groups.map(\.name)).count == groups.count else {
            throw UsageError("invalid config: two field groups have the same name")
        }
        for group in groups {
            guard let unknown = group.settings.first(where: { !names.contains($0) }) else { continue }
            throw UsageError("invalid config: field group '\(group.name)': there is no field '\(unknown)'")
        }
    }

    private static func check(_ constraint: SettingConstraint, _ settings: [SettingDeclaration]) throws {
        let all = constraint.names + constraint.secondaryNames
        let fewest = constraint.kind == .dependentOn ? 1 : 2
        let problem: String? =
            if let unknown = all.first(where: { name in !settings.contains { $0.name == name } }) {
                "there is no field '\(unknown)'"
            } else if Set(all).count < all.count {
                "a field is named twice"
            } else if constraint.names.count < fewest {
                "too few fields"
            } else if constraint.kind == .dependentOn, constraint.secondaryNames.isEmpty {
                "it depends on nothing"
            } else if constraint.kind == .mutuallyExclusive,
                settings.contains(where: { $0.isRequired && all.contains($0.name) })
            {
                "a required field can't be exclusive"
            } else {
                nil
            }
        guard let problem else { return }
        throw UsageError("invalid config: invalid relationship constraint on \(SettingChecks.list(all)): \(problem)")
    }
}
