/// A new password.
///
/// It prints as `‹secret›`; only ``reveal()`` gives it away.
public struct GeneratedPassword: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The password itself, for the call that sets it.
    public func reveal() -> String { text }

    /// Never the password.
    public var description: String { "‹secret›" }
    /// Never the password.
    public var debugDescription: String { description }
    /// Never the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
