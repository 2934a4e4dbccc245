import WireForm

/// Where in a record the fields with low numbers are, the last of each.
struct FieldTable {
    private static let size = 16
    private var contents: [UnsafeRawBufferPointer?] = Array(repeating: nil, count: size)
    private var flags: UInt32 = 0

    /// Reads a record, whose bytes must outlive what is asked of the table.
    mutating func read(_ record: UnsafeRawBufferPointer) throws(WireError) {
        for place in contents.indices { contents[place] = nil }
        flags = 0
        var reader = WireReader(record)
        while let field = try reader.next() {
            guard field.number < Self.size else { continue }
            switch field.wireType {
            case 2: contents[field.number] = field.bytes
            case 0 where field.scalar != 0: flags |= 1 << UInt32(field.number)
            case 0: flags &= ~(1 << UInt32(field.number))
            default: continue
            }
        }
    }

    /// The content of a length-delimited field; nil when it isn't there.
    subscript(number: Int) -> UnsafeRawBufferPointer? { contents[number] }

    /// Whether a length-delimited field is there.
    func has(_ number: Int) -> Bool { contents[number] != nil }

    /// The value of a Boolean field.
    func flag(_ number: Int) -> Bool { flags & 1 << UInt32(number) != 0 }
}

extension UnsafeRawBufferPointer {
    /// No bytes.
    static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    /// The value of the last Boolean field `number`; false when there is none.
    func wireFlag(_ number: Int) throws(WireError) -> Bool {
        try wireNumber(number) != 0
    }

    /// The value of the last varint field `number`; 0 when there is none.
    func wireNumber(_ number: Int) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var reader = WireReader(self)
        while let field = try reader.next() {
            if field.number == number, field.wireType == 0 { value = field.scalar }
        }
        return value
    }
}
