/// What is known of one setting: everything but its value.
public struct SettingDeclaration: Sendable {
    /// What kind of value it takes.
    public enum Kind: Sendable {
        case string, int, bool, strings, map
    }

    /// Where the declaration is published.
    public enum Export: Sendable {
        /// In the schema for a form, and on the command line.
        case gui
        /// In the schema as a matter of operation, and on the command line.
        case ops
        /// On the command line only.
        case cli
    }

    /// What a value must satisfy.
    ///
    /// A zero value that isn't required is not checked.
    public enum Rule: Sendable {
        /// A number within bounds.
        case range(ClosedRange<Int>)
        /// One of these words.
        case oneOf([String])
    }

    /// In kebab case: the flag, the configuration key and, as `BATON_…`, the variable.
    public let name: String
    /// One line for `--help`.
    public let description: String
    /// The kind of value.
    public let kind: Kind
    /// Whether a value has to be given.
    public let isRequired: Bool
    /// Whether the value must not be shown.
    public let isSecret: Bool
    /// A name for forms.
    public var displayName = ""
    /// A sample value for forms.
    public var placeholder = ""
    /// The value when none is given.
    public var defaultValue: GivenValue?
    /// A one-letter flag.
    public var shorthand: Character?
    /// Whether `--help` leaves it out.
    public var isHidden = false
    /// Whether a form makes its value up, such as a random one that others must not choose.
    public var isGenerated = false
    /// Where it is published.
    public var export = Export.gui
    /// What a value must satisfy.
    public var rules: [Rule] = []

    /// Declares a setting.
    public init(_ name: String, _ description: String, kind: Kind, isRequired: Bool = false, isSecret: Bool = false) {
        self.name = name
        self.description = description
        self.kind = kind
        self.isRequired = isRequired
        self.isSecret = isSecret
    }

    func shown(as displayName: String, placeholder: String) -> SettingDeclaration {
        var copy = self
        copy.displayName = displayName
        copy.placeholder = placeholder
        return copy
    }

    /// The environment variable: `BATON_` and the name in capitals, dashes as underscores.
    public var variable: String {
        "BATON_" + String(name.map { $0 == "-" ? "_" : $0 }).uppercased()
    }
}
