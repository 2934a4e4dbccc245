extension UnsafeRawBufferPointer {
    /// Of a serialized `google.protobuf.Any`, the full name of the message inside; nil when it has no type URL.
    @inlinable
    public var annotationName: UnsafeRawBufferPointer? {
        get throws(WireError) { try wireBytes(1)?.messageName }
    }

    /// Whether a serialized `google.protobuf.Any` carries a message of this full name.
    @inlinable
    public func isAnnotation(named name: StaticString) throws(WireError) -> Bool {
        try annotationName?.isBytes(of: name) ?? false
    }

    /// Of the type URL of a `google.protobuf.Any`, what follows the last slash: the full name of the message inside.
    @inlinable
    public var messageName: UnsafeRawBufferPointer {
        let slash = lastIndex(of: UInt8(ascii: "/"))
        return UnsafeRawBufferPointer(rebasing: self[(slash.map { $0 + 1 } ?? 0)...])
    }
}
