/// One option of a command, such as `--file` or `-f`.
public struct Flag: Sendable {
    /// What kind of value a flag takes.
    public enum Kind: Sendable {
        /// True or false; given without a value it is true.
        case bool
        /// Any text.
        case string
        /// A whole number, decimal or with Go's prefixes (`0x`, `0o`, `0b`).
        case int
        /// A list: comma separated with CSV's quotes, or the flag repeated.
        case strings
        /// `key=value` pairs, comma separated or the flag repeated.
        case map
    }

    /// The long name, without dashes.
    public var name: String
    /// The one-letter form, without its dash.
    public var shorthand: Character?
    /// What kind of value it takes.
    public var kind: Kind
    /// One line for `--help`.
    public var help: String
    /// The value when none is given, in the form it would be typed in; shown in `--help` unless it is zero.
    public var defaultText: String?
    /// Whether `--help` and completion leave it out.
    public var isHidden: Bool
    /// Whether the command refuses to run without it.
    public var isRequired: Bool
    /// The environment variable that stands in for the flag.
    public var variable: String?
    /// The heading under which `--help` shows it.
    public var group: String?

    /// Declares a flag.
    public init(
        _ name: String, shorthand: Character? = nil, _ kind: Kind = .string, help: String, default: String? = nil,
        hidden: Bool = false, required: Bool = false, variable: String? = nil, group: String? = nil
    ) {
        self.name = name
        self.shorthand = shorthand
        self.kind = kind
        self.help = help
        self.defaultText = `default`
        self.isHidden = hidden
        self.isRequired = required
        self.variable = variable
        self.group = group
    }
}

/// What must hold between the flags of a command, judged by which of them were given.
public struct FlagRule: Sendable {
    /// What it asks; broken rules are told in this order.
    enum Kind: Int {
        case requiredTogether, atLeastOne, mutuallyExclusive
    }

    let kind: Kind
    let names: [String]

    /// All of these or none.
    public static func requiredTogether(_ names: [String]) -> FlagRule {
        FlagRule(kind: .requiredTogether, names: names)
    }

    /// At least one of these.
    public static func atLeastOne(_ names: [String]) -> FlagRule {
        FlagRule(kind: .atLeastOne, names: names)
    }

    /// At most one of these.
    public static func mutuallyExclusive(_ names: [String]) -> FlagRule {
        FlagRule(kind: .mutuallyExclusive, names: names)
    }
}
