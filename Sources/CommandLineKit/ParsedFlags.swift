/// The values of the flags of one call, by flag name.
///
/// A flag that wasn't given has its default, or else its zero value. Asking for a flag that the command doesn't
/// declare, or as another kind, is a bug of the program and stops it.
public struct ParsedFlags: Sendable {
    private var values: [String: FlagValue] = [:]
    private var given: Set<String> = []

    init(_ flags: [Flag]) {
        for flag in flags { values[flag.name] = flag.initialValue }
    }

    /// Whether a value came from the command line, the environment or a file.
    public func isGiven(_ name: String) -> Bool {
        given.contains(name)
    }

    /// The value of a string flag.
    public func string(_ name: String) -> String {
        guard case .string(let text) = self[name] else { mismatch(name) }
        return text
    }

    /// The value of a Boolean flag.
    public func bool(_ name: String) -> Bool {
        guard case .bool(let flag) = self[name] else { mismatch(name) }
        return flag
    }

    /// The value of a number flag.
    public func int(_ name: String) -> Int {
        guard case .int(let number) = self[name] else { mismatch(name) }
        return number
    }

    /// The value of a list flag.
    public func strings(_ name: String) -> [String] {
        guard case .strings(let items) = self[name] else { mismatch(name) }
        return items
    }

    /// The value of a map flag.
    public func map(_ name: String) -> [String: String] {
        guard case .map(let pairs) = self[name] else { mismatch(name) }
        return pairs
    }

    /// The value of a flag of any kind.
    public subscript(name: String) -> FlagValue {
        guard let value = values[name] else { preconditionFailure("the command declares no flag --\(name)") }
        return value
    }

    mutating func give(_ value: FlagValue, to name: String) {
        values[name] = value
        given.insert(name)
    }

    private func mismatch(_ name: String) -> Never {
        preconditionFailure("--\(name) is a flag of another kind")
    }
}
