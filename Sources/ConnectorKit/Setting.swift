import Synchronization

/// Declares one setting of a connector: its flag, variable, configuration key, help line, schema entry and checks.
///
/// Without a default the setting is required, but for a Boolean, which is then false.
@propertyWrapper
public struct Setting<Value: SettingValue>: Sendable {
    private let storage: SettingStorage<Value>

    /// What was declared.
    public let declaration: SettingDeclaration

    /// The value given by flag, variable or file, else the default.
    public var wrappedValue: Value { storage.value.withLock { $0 } }

    /// A setting that has to be given.
    public init(_ name: String, _ description: String, displayName: String = "", placeholder: String = "") {
        self.init(
            SettingDeclaration(
                name, description, kind: Value.kind, isRequired: Value.kind != .bool, isSecret: Value.isSecret
            )
            .shown(as: displayName, placeholder: placeholder),
            initial: Value.blank)
    }

    /// A setting with a default.
    public init(
        _ name: String, _ description: String, default value: Value, displayName: String = "", placeholder: String = "",
        shorthand: Character? = nil, isHidden: Bool = false, isGenerated: Bool = false,
        exported: SettingDeclaration.Export = .gui
    ) {
        var declaration = SettingDeclaration(
            name, description, kind: Value.kind, isRequired: false, isSecret: Value.isSecret
        ).shown(as: displayName, placeholder: placeholder)
        declaration.defaultValue = value.given
        declaration.shorthand = shorthand
        declaration.isHidden = isHidden
        declaration.isGenerated = isGenerated
        declaration.export = exported
        self.init(declaration, initial: value)
    }

    private init(_ declaration: SettingDeclaration, initial: Value) {
        self.declaration = declaration
        storage = SettingStorage(initial)
    }

    fileprivate init(_ declaration: SettingDeclaration, adding rule: SettingDeclaration.Rule, initial: Value) {
        var declaration = declaration
        declaration.rules.append(rule)
        self.init(declaration, initial: initial)
    }
}

extension Setting where Value == Int {
    /// A number within bounds.
    public init(
        _ name: String, _ description: String, default value: Int, in bounds: ClosedRange<Int>,
        displayName: String = "", exported: SettingDeclaration.Export = .gui
    ) {
        let plain = Setting(name, description, default: value, displayName: displayName, exported: exported)
        self.init(plain.declaration, adding: .range(bounds), initial: value)
    }
}

extension Setting where Value == String {
    /// One of a few words.
    public init(
        _ name: String, _ description: String, default value: String, oneOf words: [String], displayName: String = "",
        exported: SettingDeclaration.Export = .gui
    ) {
        let plain = Setting(name, description, default: value, displayName: displayName, exported: exported)
        self.init(plain.declaration, adding: .oneOf(words), initial: value)
    }
}

/// A setting as the runtime sees it: what was declared, and a place to put the value.
public protocol DeclaredSetting {
    /// What was declared.
    var declaration: SettingDeclaration { get }

    /// Stores a value that was given.
    ///
    /// The runtime calls it once, before the connector is made.
    func take(_ value: GivenValue)
}

extension Setting: DeclaredSetting {
    /// Stores a value that was given.
    public func take(_ value: GivenValue) {
        guard let value = Value(given: value) else {
            preconditionFailure("the runtime gave \(declaration.name) a value of another kind")
        }
        storage.value.withLock { $0 = value }
    }
}

private final class SettingStorage<Value: SettingValue>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }
}
