/// A value on its way from the command line, the environment or a file into a ``Setting``.
public enum GivenValue: Sendable, Equatable {
    case string(String)
    case int(Int)
    case bool(Bool)
    case strings([String])
    case map([String: String])
}

/// A type that a ``Setting`` can have.
public protocol SettingValue: Sendable {
    /// The kind of value it is given as.
    static var kind: SettingDeclaration.Kind { get }
    /// Whether it must not be shown.
    static var isSecret: Bool { get }
    /// The zero value.
    static var blank: Self { get }
    /// The value that was given, or nil when it is of another kind.
    init?(given: GivenValue)
    /// The value in its neutral form.
    var given: GivenValue { get }
}

extension SettingValue {
    /// Most values may be shown.
    public static var isSecret: Bool { false }
}

extension String: SettingValue {
    /// A string.
    public static var kind: SettingDeclaration.Kind { .string }
    /// The empty string.
    public static var blank: String { "" }
    /// The string that was given.
    public init?(given: GivenValue) {
        guard case .string(let text) = given else { return nil }
        self = text
    }
    /// The string.
    public var given: GivenValue { .string(self) }
}

extension Secret: SettingValue {
    /// A string.
    public static var kind: SettingDeclaration.Kind { .string }
    /// True.
    public static var isSecret: Bool { true }
    /// No secret.
    public static var blank: Secret { Secret("") }
    /// The secret that was given.
    public init?(given: GivenValue) {
        guard case .string(let text) = given else { return nil }
        self.init(text)
    }
    /// The secret itself.
    public var given: GivenValue { .string(reveal()) }
}

extension Int: SettingValue {
    /// A whole number.
    public static var kind: SettingDeclaration.Kind { .int }
    /// Zero.
    public static var blank: Int { 0 }
    /// The number that was given.
    public init?(given: GivenValue) {
        guard case .int(let number) = given else { return nil }
        self = number
    }
    /// The number.
    public var given: GivenValue { .int(self) }
}

extension Bool: SettingValue {
    /// A switch.
    public static var kind: SettingDeclaration.Kind { .bool }
    /// Off.
    public static var blank: Bool { false }
    /// The switch that was given.
    public init?(given: GivenValue) {
        guard case .bool(let flag) = given else { return nil }
        self = flag
    }
    /// The switch.
    public var given: GivenValue { .bool(self) }
}

extension [String]: SettingValue {
    /// A list.
    public static var kind: SettingDeclaration.Kind { .strings }
    /// The empty list.
    public static var blank: [String] { [] }
    /// The list that was given.
    public init?(given: GivenValue) {
        guard case .strings(let items) = given else { return nil }
        self = items
    }
    /// The list.
    public var given: GivenValue { .strings(self) }
}

extension [String: String]: SettingValue {
    /// A map.
    public static var kind: SettingDeclaration.Kind { .map }
    /// The empty map.
    public static var blank: [String: String] { [:] }
    /// The map that was given.
    public init?(given: GivenValue) {
        guard case .map(let pairs) = given else { return nil }
        self = pairs
    }
    /// The map.
    public var given: GivenValue { .map(self) }
}
