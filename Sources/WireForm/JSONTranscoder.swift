/// Writes serialized messages as ProtoJSON, straight from their bytes.
///
/// The output is what the ecosystem prints (wire/ids.md §7): declared order, lowerCamel names, unset fields left out, 64-bit
/// integers as strings, map entries in byte order of their keys. Ids that differ only in Unicode form stay apart, because no
/// string is ever compared. An `Any` of an unknown type is left out, as `baton` does, unless ``keepsUnknownTypes``.
public struct JSONTranscoder: Sendable {
    /// How deeply messages may nest before the bytes are refused.
    public static let maximumDepth = 1000

    let schema: WireSchema
    let keepsUnknownTypes: Bool

    /// A transcoder for the messages of `schema`.
    ///
    /// - Parameter keepsUnknownTypes: whether an `Any` of an unknown type appears as its bytes in base64, for comparisons.
    public init(_ schema: WireSchema = .shared, keepsUnknownTypes: Bool = false) {
        self.schema = schema
        self.keepsUnknownTypes = keepsUnknownTypes
    }

    /// Appends the JSON of one message.
    ///
    /// - Throws: ``WireError`` when the bytes are no message of that shape.
    public func append(_ message: UnsafeRawBufferPointer, as shape: MessageShape, to json: inout JSONText)
        throws(WireError)
    {
        try append(message, as: shape, depth: 0, to: &json)
    }

    func append(
        _ message: UnsafeRawBufferPointer, as shape: MessageShape, depth: Int, to json: inout JSONText
    ) throws(WireError) {
        try checkDepth(depth)
        if let special = shape.special {
            return try append(message, as: special, shape, depth: depth, to: &json)
        }
        json.raw("{")
        try appendFields(of: message, as: shape, depth: depth, separator: false, to: &json)
        json.raw("}")
    }

    func checkDepth(_ depth: Int) throws(WireError) {
        guard depth < Self.maximumDepth else { throw WireError(offset: 0, problem: "messages nested too deeply") }
    }

    /// Appends the fields without the braces.
    func appendFields(
        of message: UnsafeRawBufferPointer, as shape: MessageShape, depth: Int, separator: Bool, to json: inout JSONText
    ) throws(WireError) {
        if try isOrdered(message, as: shape) {
            try appendOrderedFields(of: message, as: shape, depth: depth, separator: separator, to: &json)
        } else {
            try appendGatheredFields(of: message, as: shape, depth: depth, separator: separator, to: &json)
        }
    }

    /// Appends fields that come in the order they are shown in, as they are met.
    private func appendOrderedFields(
        of message: UnsafeRawBufferPointer, as shape: MessageShape, depth: Int, separator: Bool, to json: inout JSONText
    ) throws(WireError) {
        var needsComma = separator
        var collection: OpenCollection?
        var reader = WireReader(message)
        while let field = try reader.next() {
            guard let place = shape.place(of: field.number), shape.fields[place].accepts(field.wireType) else {
                continue
            }
            let declared = shape.fields[place]
            if let open = collection, open.place != place {
                if open.close(&json) { needsComma = true }
                collection = nil
            }
            guard !declared.isRepeated else {
                let open = collection ?? OpenCollection(of: place, in: shape, schema, comma: needsComma, to: &json)
                collection = open
                try append(field, of: declared, to: open, depth: depth, &json)
                continue
            }
            let start = json.bytes.count
            if needsComma { json.raw(",") }
            json.raw(shape.key(of: declared))
            if try append(field, of: declared, depth: depth, to: &json) {
                needsComma = true
            } else {
                json.cut(to: start)
            }
        }
        if let collection { _ = collection.close(&json) }
    }

    /// Appends the value of a field that comes once; false when nothing of it is shown.
    func append(
        _ field: WireField, of declared: FieldShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        if case .message(let index) = declared.kind {
            return try appendMessage(field.bytes, schema.message(at: index), depth: depth, to: &json)
        }
        guard declared.hasPresence || !field.isZero else { return false }
        try appendScalar(field.scalar, field.bytes, as: declared.kind, to: &json)
        return true
    }

    /// Appends one occurrence of a repeated field.
    func append(
        _ field: WireField, of declared: FieldShape, to collection: OpenCollection, depth: Int, _ json: inout JSONText
    ) throws(WireError) {
        if let entry = collection.entry {
            return try appendEntry(field.bytes, of: entry, to: collection, depth: depth, &json)
        }
        if field.wireType == 2, declared.kind.isPackable {
            return try appendPacked(field.bytes, of: declared.kind, to: collection, &json)
        }
        let before = json.bytes.count
        collection.separate(&json)
        if case .message(let index) = declared.kind {
            let isShown = try appendMessage(field.bytes, schema.message(at: index), depth: depth, to: &json)
            if !isShown { json.cut(to: before) }
        } else {
            try appendScalar(field.scalar, field.bytes, as: declared.kind, to: &json)
        }
    }

    private func appendPacked(
        _ content: UnsafeRawBufferPointer, of kind: FieldShape.Kind, to collection: OpenCollection,
        _ json: inout JSONText
    ) throws(WireError) {
        var reader = WireReader(content)
        while reader.position < content.count {
            let scalar = kind.fixedWidth == nil ? try reader.varint() : try reader.fixed(kind.fixedWidth ?? 8)
            collection.separate(&json)
            try appendScalar(scalar, UnsafeRawBufferPointer(start: nil, count: 0), as: kind, to: &json)
        }
    }

    private func appendEntry(
        _ content: UnsafeRawBufferPointer, of shape: MessageShape, to collection: OpenCollection, depth: Int,
        _ json: inout JSONText
    ) throws(WireError) {
        guard let keyField = shape.fields.first, let valueField = shape.fields.last else { return }
        let entry = try MapEntry(content, as: shape)
        let before = json.bytes.count
        collection.separate(&json)
        appendMapKey(entry.key, as: keyField.kind, to: &json)
        json.raw(":")
        if try !appendMapValue(entry.value, of: valueField, depth: depth, to: &json) { json.cut(to: before) }
    }

    private func appendMapKey(_ field: WireField?, as kind: FieldShape.Kind, to json: inout JSONText) {
        if case .string = kind { return json.string(field?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)) }
        json.raw("\"")
        json.integer(Int64(bitPattern: field?.scalar ?? 0))
        json.raw("\"")
    }

    private func appendMapValue(
        _ field: WireField?, of declared: FieldShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        let bytes = field?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
        if case .message(let index) = declared.kind {
            return try appendMessage(bytes, schema.message(at: index), depth: depth, to: &json)
        }
        try appendScalar(field?.scalar ?? 0, bytes, as: declared.kind, to: &json)
        return true
    }

    private func appendMessage(
        _ bytes: UnsafeRawBufferPointer, _ shape: MessageShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        if shape.special == .any { return try appendAny(bytes, depth: depth + 1, to: &json) }
        try append(bytes, as: shape, depth: depth + 1, to: &json)
        return true
    }

    func appendScalar(
        _ scalar: UInt64, _ bytes: UnsafeRawBufferPointer, as kind: FieldShape.Kind, to json: inout JSONText
    ) throws(WireError) {
        switch kind {
        case .string: json.string(bytes)
        case .bytes: json.base64(bytes)
        case .bool: if scalar != 0 { json.raw("true") } else { json.raw("false") }
        case .int32, .sfixed32: json.integer(Int32(truncatingIfNeeded: scalar))
        case .uint32, .fixed32: json.integer(UInt32(truncatingIfNeeded: scalar))
        case .sint32: json.integer(Int32(truncatingIfNeeded: unzigzag(scalar)))
        case .int64, .sfixed64: json.quotedInteger(Int64(bitPattern: scalar))
        case .uint64, .fixed64: json.quotedInteger(scalar)
        case .sint64: json.quotedInteger(unzigzag(scalar))
        case .double:
            let number = Double(bitPattern: scalar)
            json.number(number, shortest: number.description)
        case .float:
            let number = Float(bitPattern: UInt32(truncatingIfNeeded: scalar))
            json.number(Double(number), shortest: number.description)
        case .enumeration(let index):
            let number = Int32(truncatingIfNeeded: scalar)
            if let name = schema.name(of: number, in: index) { json.raw(name) } else { json.integer(number) }
        case .message: throw WireError(offset: 0, problem: "a message where a number was expected")
        }
    }

    private func unzigzag(_ scalar: UInt64) -> Int64 {
        Int64(bitPattern: scalar >> 1) ^ -Int64(bitPattern: scalar & 1)
    }
}

extension FieldShape {
    /// A field with another wire type than declared is an unknown field.
    func accepts(_ wireType: UInt8) -> Bool {
        wireType == kind.wireType || (isRepeated && kind.isPackable && wireType == 2)
    }
}

extension FieldShape.Kind {
    var fixedWidth: Int? {
        switch self {
        case .double, .fixed64, .sfixed64: 8
        case .float, .fixed32, .sfixed32: 4
        default: nil
        }
    }

    var wireType: UInt8 {
        switch self {
        case .string, .bytes, .message: 2
        case .double, .fixed64, .sfixed64: 1
        case .float, .fixed32, .sfixed32: 5
        default: 0
        }
    }

    var isPackable: Bool { wireType != 2 }
}

extension WireField {
    var isZero: Bool { scalar == 0 && bytes.isEmpty }
}
