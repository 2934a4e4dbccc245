import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import SwiftProtobuf

/// The settings of a connector as a platform's form reads them.
struct ConfigurationManifest {
    let metadata: ConnectorMetadata
    let shared: [Flag]
    let settings: [SettingDeclaration]
    let constraints: [SettingConstraint]
    var groups: [SettingGroup] = []

    /// The message: shared settings first, then the connector's own in the order of their declaration.
    var message: C1_Config_V1_Configuration {
        get throws {
            let published = settings.filter { $0.export != .cli }
            let names = Set(published.map(\.name))
            let ops = try SharedFlags.published.compactMap { name in
                try shared.first { $0.name == name }.map { try Self.field($0) }
            }
            let own = try published.map { try Self.field($0, isOps: $0.export == .ops) }
            return .with {
                $0.fields = ops + own
                $0.constraints = constraints.compactMap { Self.constraint($0, among: names) }
                $0.displayName = metadata.displayName
                $0.helpURL = metadata.helpURL
                $0.iconURL = metadata.iconURL
                $0.isDirectory = metadata.isDirectory
                $0.fieldGroups = groups.map { $0.message(among: names) }
            }
        }
    }

    /// The text that `config` prints, without a newline at its end.
    var json: String {
        get throws { try ProtobufJSON.text(of: try message) }
    }

    /// A shared flag as if it were declared like a setting.
    private static func field(_ flag: Flag) throws -> C1_Config_V1_Field {
        var setting = SettingDeclaration(flag.name, flag.help, kind: .init(flag.kind))
        setting.defaultValue = try flag.defaultText.map { GivenValue(try FlagValue(parsing: $0, as: flag.kind)) }
        if let rule = SharedFlags.valueRules[flag.name] { setting.rules = [rule] }
        return try field(setting, isOps: true)
    }

    private static func field(_ setting: SettingDeclaration, isOps: Bool) throws -> C1_Config_V1_Field {
        var field = C1_Config_V1_Field.with {
            $0.name = setting.name
            $0.displayName = setting.displayName
            $0.description_p = setting.description
            $0.placeholder = setting.placeholder
            $0.isRequired = setting.isRequired
            $0.isOps = isOps
            $0.isSecret = setting.isSecret
        }
        let value = setting.isSecret ? nil : setting.defaultValue
        switch setting.kind {
        case .string: field.stringField = string(setting, value)
        case .int: field.intField = int(setting, value)
        case .bool: field.boolField = .with { if case .bool(let flag)? = value { $0.defaultValue = flag } }
        case .strings: field.stringSliceField = strings(setting, value)
        case .map: field.stringMapField = try map(setting, value)
        }
        return field
    }

    private static func string(_ setting: SettingDeclaration, _ value: GivenValue?) -> C1_Config_V1_StringField {
        .with {
            if case .string(let text)? = value { $0.defaultValue = text }
            if setting.isGenerated { $0.type = .random }
            if setting.isRequired { $0.rules.isRequired = true }
            for case .oneOf(let words) in setting.rules { $0.rules.in = words }
        }
    }

    private static func int(_ setting: SettingDeclaration, _ value: GivenValue?) -> C1_Config_V1_IntField {
        .with {
            if case .int(let number)? = value { $0.defaultValue = Int64(number) }
            if setting.isRequired { $0.rules.isRequired = true }
            for case .range(let bounds) in setting.rules {
                $0.rules.gte = Int64(bounds.lowerBound)
                $0.rules.lte = Int64(bounds.upperBound)
            }
        }
    }

    private static func strings(_ setting: SettingDeclaration, _ value: GivenValue?) -> C1_Config_V1_StringSliceField {
        .with {
            if case .strings(let items)? = value { $0.defaultValue = items }
            if setting.isRequired { $0.rules.isRequired = true }
        }
    }

    private static func map(
        _ setting: SettingDeclaration, _ value: GivenValue?
    ) throws -> C1_Config_V1_StringMapField {
        .with {
            if case .map(let pairs)? = value {
                $0.defaultValue = pairs.mapValues { Annotation(carrying: Google_Protobuf_Value(stringValue: $0)) }
            }
            if setting.isRequired { $0.rules.isRequired = true }
        }
    }

    private static func constraint(
        _ constraint: SettingConstraint, among published: Set<String>
    ) -> C1_Config_V1_Constraint? {
        guard published.isSuperset(of: constraint.names + constraint.secondaryNames) else { return nil }
        return constraint.message
    }
}

extension SettingGroup {
    /// The group without what isn't published.
    fileprivate func message(among published: Set<String>) -> C1_Config_V1_FieldGroup {
        var message = self.message
        message.fields.removeAll { !published.contains($0) }
        return message
    }
}

extension SettingDeclaration.Kind {
    fileprivate init(_ kind: Flag.Kind) {
        switch kind {
        case .string: self = .string
        case .int: self = .int
        case .bool: self = .bool
        case .strings: self = .strings
        case .map: self = .map
        }
    }
}
