package import BatonWire
import SwiftProtobuf

/// The settings of a connector: a struct whose stored properties are ``Setting``s.
public protocol ConnectorConfiguration: Sendable {
    /// All settings at their defaults.
    init()

    /// What must hold between settings.
    static var constraints: [SettingConstraint] { get }

    /// The ways to set the connector up when there are several, among which `--auth-method` chooses.
    static var groups: [SettingGroup] { get }
}

extension ConnectorConfiguration {
    /// Nothing must hold between settings.
    public static var constraints: [SettingConstraint] { [] }

    /// There is one way.
    public static var groups: [SettingGroup] { [] }

    /// The settings in the order of their declaration.
    public var settings: [any DeclaredSetting] {
        Mirror(reflecting: self).children.compactMap { $0.value as? any DeclaredSetting }
    }
}

/// The configuration of a connector that needs none.
public struct NoConfiguration: ConnectorConfiguration {
    /// Nothing.
    public init() {}
}

/// Something that must hold between settings.
///
/// A setting counts as given when its value is not zero.
public struct SettingConstraint: Sendable {
    /// The ways settings can depend on each other.
    public enum Kind: Sendable {
        case requiredTogether, atLeastOne, mutuallyExclusive, dependentOn
    }

    /// Which way.
    public let kind: Kind
    /// The settings concerned.
    public let names: [String]
    /// For `dependentOn`: what they depend on.
    public let secondaryNames: [String]

    /// All of these or none.
    public static func requiredTogether(_ names: String...) -> SettingConstraint {
        SettingConstraint(kind: .requiredTogether, names: names, secondaryNames: [])
    }

    /// At least one of these.
    public static func atLeastOne(of names: String...) -> SettingConstraint {
        SettingConstraint(kind: .atLeastOne, names: names, secondaryNames: [])
    }

    /// At most one of these.
    public static func mutuallyExclusive(_ names: String...) -> SettingConstraint {
        SettingConstraint(kind: .mutuallyExclusive, names: names, secondaryNames: [])
    }

    /// These only together with all of `others`.
    public static func settings(_ names: [String], dependOn others: [String]) -> SettingConstraint {
        SettingConstraint(kind: .dependentOn, names: names, secondaryNames: others)
    }
}

extension SettingConstraint {
    /// The constraint as forms read it.
    package var message: C1_Config_V1_Constraint {
        .with {
            $0.kind = C1_Config_V1_ConstraintKind(kind)
            $0.fieldNames = names
            $0.secondaryFieldNames = secondaryNames
        }
    }
}

extension C1_Config_V1_ConstraintKind {
    fileprivate init(_ kind: SettingConstraint.Kind) {
        switch kind {
        case .requiredTogether: self = .requiredTogether
        case .atLeastOne: self = .atLeastOne
        case .mutuallyExclusive: self = .mutuallyExclusive
        case .dependentOn: self = .dependentOn
        }
    }
}
