/// Appends fields to a buffer in protobuf encoding.
@frozen
public struct WireWriter {
    /// What has been written so far.
    public var bytes: [UInt8] = []

    /// An empty message.
    public init() {}

    /// Forgets what was written and keeps the room.
    @inlinable
    public mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes a length-delimited field.
    @inlinable
    public mutating func field(_ number: Int, _ content: UnsafeRawBufferPointer) {
        varint(UInt64(number) << 3 | 2)
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    /// Writes a length-delimited field.
    @inlinable
    public mutating func field(_ number: Int, _ content: [UInt8]) {
        content.withUnsafeBytes { field(number, $0) }
    }

    /// Writes a string field.
    @inlinable
    public mutating func field(_ number: Int, _ content: String) {
        var content = content
        content.withUTF8 { field(number, UnsafeRawBufferPointer($0)) }
    }

    /// Writes a Boolean field; false is the default and left out.
    @inlinable
    public mutating func field(_ number: Int, _ flag: Bool) {
        guard flag else { return }
        varint(UInt64(number) << 3)
        varint(1)
    }

    /// Writes a number as a varint; 0 is the default and left out.
    @inlinable
    public mutating func field(_ number: Int, number value: UInt64) {
        guard value != 0 else { return }
        varint(UInt64(number) << 3)
        varint(value)
    }

    /// Writes a number as eight bytes; 0 is the default and left out.
    @inlinable
    public mutating func fixed(_ number: Int, _ value: UInt64) {
        guard value != 0 else { return }
        varint(UInt64(number) << 3 | 1)
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }

    /// Appends a field, or several, as they are.
    @inlinable
    public mutating func append(_ whole: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: whole)
    }

    /// Appends a number as a varint, without a tag.
    @inlinable
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
