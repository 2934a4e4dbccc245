/// A key whose equality, hash and order are those of its bytes.
///
/// Ids in this world are opaque byte strings, while two Swift `String`s are equal when they are canonically equivalent
/// ("é" composed and decomposed). So no dictionary, set or comparison may use an id as a `String`; it uses this.
public struct ByteKey: Hashable, Comparable, Sendable {
    /// The UTF-8 of the id.
    public let bytes: [UInt8]

    /// A key of these bytes.
    @inlinable
    public init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// A key of the UTF-8 of `text`.
    @inlinable
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The id as text, for people.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Byte order, which is also SQLite's and Go's.
    @inlinable
    public static func < (left: ByteKey, right: ByteKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension String {
    /// Whether both strings have the same UTF-8 bytes.
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
