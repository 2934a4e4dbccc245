/// Bytes that must not be seen: a key or a password.
struct SecretBytes: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The bytes themselves, for the computation that needs them.
    func reveal() -> [UInt8] { bytes }

    var description: String { "‹secret›" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
