/// One field of a serialized message, still as bytes.
@frozen
public struct WireField {
    /// The field's number.
    public let number: Int
    /// How the value is encoded: 0 varint, 1 fixed 64, 2 length-delimited, 5 fixed 32.
    public let wireType: UInt8
    /// The value of a varint or fixed field; 0 for others.
    public let scalar: UInt64
    /// The content of a length-delimited field; empty for others.
    ///
    /// Valid as long as the message's bytes are.
    public let bytes: UnsafeRawBufferPointer
    /// Tag and value together, to copy the field unchanged.
    public let whole: UnsafeRawBufferPointer

    @usableFromInline
    init(number: Int, wireType: UInt8, scalar: UInt64, bytes: UnsafeRawBufferPointer, whole: UnsafeRawBufferPointer) {
        self.number = number
        self.wireType = wireType
        self.scalar = scalar
        self.bytes = bytes
        self.whole = whole
    }
}

/// Bytes that are no protobuf message.
public struct WireError: Error, Sendable, CustomStringConvertible {
    /// How many bytes before the place were sound.
    public let offset: Int
    /// What is wrong there.
    public let problem: String

    /// A problem at a place.
    public init(offset: Int, problem: String) {
        self.offset = offset
        self.problem = problem
    }

    /// Place and problem.
    public var description: String { "byte \(offset): \(problem)" }
}

/// Walks over the fields of a serialized message without decoding it (protobuf encoding, "Message Structure").
@frozen
public struct WireReader {
    @usableFromInline let message: UnsafeRawBufferPointer
    @usableFromInline var position = 0

    /// Reads `message`, whose bytes must outlive the reader and its fields.
    @inlinable
    public init(_ message: UnsafeRawBufferPointer) {
        self.message = message
    }

    /// The next field, or nil at the end.
    ///
    /// - Throws: ``WireError`` when the bytes end early or are no field.
    @inlinable
    public mutating func next() throws(WireError) -> WireField? {
        guard position < message.count else { return nil }
        let start = position
        let tag = try varint()
        let number = Int(truncatingIfNeeded: tag >> 3)
        guard number > 0, number <= 0x1FFF_FFFF, tag <= UInt64(UInt32.max) else { throw failure("not a field tag") }
        let wireType = UInt8(truncatingIfNeeded: tag & 7)
        var scalar: UInt64 = 0
        var content = UnsafeRawBufferPointer(start: nil, count: 0)
        switch wireType {
        case 0: scalar = try varint()
        case 1: scalar = try fixed(8)
        case 2:
            let count = try varint()
            guard count <= UInt64(message.count - position) else { throw failure("a field longer than its message") }
            content = UnsafeRawBufferPointer(rebasing: message[position..<(position + Int(count))])
            position += Int(count)
        case 3: try skipGroup(number, depth: 0)
        case 5: scalar = try fixed(4)
        default: throw failure("wire type \(wireType)")
        }
        let whole = UnsafeRawBufferPointer(rebasing: message[start..<position])
        return WireField(number: number, wireType: wireType, scalar: scalar, bytes: content, whole: whole)
    }

    @inlinable
    mutating func varint() throws(WireError) -> UInt64 {
        guard position < message.count else { throw failure("the message ends in a number") }
        let first = message[position]
        if first < 0x80 {
            position += 1
            return UInt64(first)
        }
        return try longVarint()
    }

    @usableFromInline
    mutating func longVarint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < message.count {
            let byte = message[position]
            guard shift < 63 || byte <= 1 else { throw failure("a number above 64 bits") }
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw failure("the message ends in a number")
    }

    @usableFromInline
    mutating func fixed(_ count: Int) throws(WireError) -> UInt64 {
        guard message.count - position >= count else { throw failure("the message ends in a number") }
        var value: UInt64 = 0
        for index in 0..<count {
            value |= UInt64(message[position + index]) << UInt64(8 * index)
        }
        position += count
        return value
    }

    @usableFromInline
    mutating func skipGroup(_ number: Int, depth: Int) throws(WireError) {
        guard depth < 100 else { throw failure("groups nested too deeply") }
        while true {
            let tag = try varint()
            switch tag & 7 {
            case 0: _ = try varint()
            case 1: _ = try fixed(8)
            case 2:
                let count = try varint()
                guard count <= UInt64(message.count - position) else {
                    throw failure("a field longer than its message")
                }
                position += Int(count)
            case 3: try skipGroup(Int(truncatingIfNeeded: tag >> 3), depth: depth + 1)
            case 4:
                guard Int(truncatingIfNeeded: tag >> 3) == number else { throw failure("a group closed by another") }
                return
            case 5: _ = try fixed(4)
            default: throw failure("wire type \(tag & 7)")
            }
        }
    }

    @usableFromInline
    func failure(_ problem: String) -> WireError {
        WireError(offset: position, problem: problem)
    }
}

extension UnsafeRawBufferPointer {
    /// The content of the last length-delimited field `number`; nil when there is none.
    @inlinable
    public func wireBytes(_ number: Int) throws(WireError) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        var reader = WireReader(self)
        while let field = try reader.next() {
            if field.number == number, field.wireType == 2 { found = field.bytes }
        }
        return found
    }

    /// The numbers of a packed field.
    public func packedNumbers() throws(WireError) -> [UInt64] {
        var reader = WireReader(self)
        var numbers: [UInt64] = []
        while reader.position < count { numbers.append(try reader.varint()) }
        return numbers
    }

    /// Whether the bytes are those of `text`.
    @inlinable
    public func isBytes(of text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount
            && elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The bytes as text; what is not UTF-8 is replaced.
    public var text: String { String(decoding: self, as: UTF8.self) }
}
