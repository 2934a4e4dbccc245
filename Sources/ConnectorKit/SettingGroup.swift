package import BatonWire
import SwiftProtobuf

/// One of several ways to set a connector up, such as signing in with a token or with a key.
///
/// `--auth-method` chooses among the groups of a configuration. Settings that belong only to other groups are then not asked for; those of
/// no group always are (connector-runtime.md §5.5).
public struct SettingGroup: Sendable {
    /// What `--auth-method` calls it.
    public let name: String
    /// What people call it.
    public let displayName: String
    /// One line for forms.
    public let helpText: String
    /// The names of its settings; one may belong to several groups.
    public let settings: [String]
    /// Whether it is taken when nothing is chosen and what was given fits none; one group at most.
    public let isDefault: Bool

    /// A way to set a connector up.
    public init(
        _ name: String, displayName: String, helpText: String = "", settings: [String], isDefault: Bool = false
    ) {
        self.name = name
        self.displayName = displayName
        self.helpText = helpText
        self.settings = settings
        self.isDefault = isDefault
    }
}

extension SettingGroup {
    /// The group as forms read it.
    package var message: C1_Config_V1_FieldGroup {
        .with {
            $0.name = name
            $0.displayName = displayName
            $0.helpText = helpText
            $0.fields = settings
            $0.default = isDefault
        }
    }
}
