/// A text that must not be seen.
///
/// It prints as `‹secret›`; only ``reveal()`` gives it away.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Hides `text`.
    public init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the call that needs it.
    public func reveal() -> String { text }

    /// Whether there is nothing to hide.
    public var isEmpty: Bool { text.isEmpty }

    /// Never the text.
    public var description: String { "‹secret›" }

    /// Never the text.
    public var debugDescription: String { description }

    /// Never the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
