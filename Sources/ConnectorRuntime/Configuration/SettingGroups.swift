import CommandLineKit
import ConnectorKit

/// The ways a connector can be set up, and which of them is meant.
struct SettingGroups {
    let groups: [SettingGroup]

    /// Settings with what was given for them.
    typealias Values = [(declaration: SettingDeclaration, value: GivenValue)]

    /// The group that `method` names; without a name the first whose required settings are all given, else the default, else the first.
    ///
    /// - Returns: nil when there are no groups.
    func chosen(by method: String, among values: Values) throws -> SettingGroup? {
        guard !groups.isEmpty else { return nil }
        guard method.isEmpty else {
            if let group = groups.first(where: { $0.name == method }) { return group }
            throw UsageError(
                "field auth-method: value must be one of [\(groups.map(\.name).joined(separator: " "))] but got '\(method)'"
            )
        }
        let preferred = groups.first(where: \.isDefault) ?? groups[0]
        return ([preferred] + groups).first { isComplete($0, values) } ?? preferred
    }

    /// Those of `values` that concern `group`: its own, and those that belong to none.
    func values(_ values: Values, concerning group: SettingGroup?) -> Values {
        guard let group else { return values }
        let elsewhere = Set(groups.flatMap(\.settings)).subtracting(group.settings)
        return values.filter { !elsewhere.contains($0.declaration.name) }
    }

    private func isComplete(_ group: SettingGroup, _ values: Values) -> Bool {
        !values.contains {
            group.settings.contains($0.declaration.name) && $0.declaration.isRequired && $0.value.isZero
        }
    }
}
