/// Writes serialized messages as ProtoJSON, straight from their bytes.
///
/// The output is what the ecosystem prints (wire/ids.md §7): declared order, lowerCamel names, unset fields left out, 64-bit
/// integers as strings, map entries in byte order of their keys. Ids that differ only in Unicode form stay apart, because no
/// string is ever compared. An `Any` of an unknown type is left out, as `baton` does, unless ``keepsUnknownTypes``.
public struct JSONTranscoder: Sendable {
    /// How deeply messages may nest before the bytes are refused.
    public static let maximumDepth = 1000

    let schema: WireSchema
    private let keepsUnknownTypes: Bool

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
        guard depth < Self.maximumDepth else { throw WireError(offset: 0, problem: "messages nested too deeply") }
        if let special = shape.special {
            return try append(message, as: special, shape, depth: depth, to: &json)
        }
        json.raw("{")
        try appendFields(of: message, as: shape, depth: depth, separator: false, to: &json)
        json.raw("}")
    }

    /// Appends the fields without the braces.
    func appendFields(
        of message: UnsafeRawBufferPointer, as shape: MessageShape, depth: Int, separator: Bool, to json: inout JSONText
    ) throws(WireError) {
        let found = try FieldsFound(in: message, as: shape)
        var needsComma = separator
        for (place, field) in shape.fields.enumerated() {
            guard let first = found.first[place] else { continue }
            let start = json.bytes.count
            if needsComma { json.raw(",") }
            json.raw(field.key)
            let isShown = try append(field, at: place, first: first, of: found, depth: depth, to: &json)
            if isShown { needsComma = true } else { json.bytes.removeLast(json.bytes.count - start) }
        }
    }

    /// Appends one field's value; false when nothing of it is shown.
    private func append(
        _ field: FieldShape, at place: Int, first: WireField, of found: FieldsFound, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        let rest = found.rest[place] ?? []
        if field.isRepeated {
            if case .message(let index) = field.kind, schema.message(at: index).isMapEntry {
                return try appendMap([first] + rest, entry: schema.message(at: index), depth: depth, to: &json)
            }
            return try appendList([first] + rest, of: field, depth: depth, to: &json)
        }
        if case .message(let index) = field.kind {
            guard rest.isEmpty else {
                // Several occurrences of one message field mean their merge, which is their concatenation.
                var whole = Array(first.bytes)
                for more in rest { whole.append(contentsOf: more.bytes) }
                return try appendMessage(whole, schema.message(at: index), depth: depth, to: &json)
            }
            return try appendMessage(first.bytes, schema.message(at: index), depth: depth, to: &json)
        }
        let value = rest.last ?? first
        guard field.hasPresence || !value.isZero else { return false }
        try appendScalar(value.scalar, value.bytes, as: field.kind, to: &json)
        return true
    }

    private func appendMessage(
        _ bytes: [UInt8], _ shape: MessageShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        let shown: Result<Bool, WireError> = bytes.withUnsafeBytes { bytes in
            do throws(WireError) {
                return .success(try appendMessage(bytes, shape, depth: depth, to: &json))
            } catch {
                return .failure(error)
            }
        }
        return try shown.get()
    }

    private func appendMessage(
        _ bytes: UnsafeRawBufferPointer, _ shape: MessageShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        if shape.special == .any, try !isKnown(any: bytes) {
            if keepsUnknownTypes { json.base64(bytes) }
            return keepsUnknownTypes
        }
        try append(bytes, as: shape, depth: depth + 1, to: &json)
        return true
    }

    private func appendList(
        _ occurrences: [WireField], of field: FieldShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        json.raw("[")
        let start = json.bytes.count
        for occurrence in occurrences {
            if case .message(let index) = field.kind {
                let before = json.bytes.count
                if before > start { json.raw(",") }
                let isShown = try appendMessage(occurrence.bytes, schema.message(at: index), depth: depth, to: &json)
                if !isShown { json.bytes.removeLast(json.bytes.count - before) }
            } else if occurrence.wireType == 2, field.kind.isPackable {
                try appendPacked(occurrence.bytes, of: field.kind, start: start, to: &json)
            } else {
                if json.bytes.count > start { json.raw(",") }
                try appendScalar(occurrence.scalar, occurrence.bytes, as: field.kind, to: &json)
            }
        }
        guard json.bytes.count > start else { return false }
        json.raw("]")
        return true
    }

    private func appendPacked(
        _ content: UnsafeRawBufferPointer, of kind: FieldShape.Kind, start: Int, to json: inout JSONText
    ) throws(WireError) {
        var reader = WireReader(content)
        while reader.position < content.count {
            let scalar = kind.fixedWidth == nil ? try reader.varint() : try reader.fixed(kind.fixedWidth ?? 8)
            if json.bytes.count > start { json.raw(",") }
            try appendScalar(scalar, UnsafeRawBufferPointer(start: nil, count: 0), as: kind, to: &json)
        }
    }

    private func appendMap(
        _ occurrences: [WireField], entry: MessageShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        guard let keyField = entry.fields.first, let valueField = entry.fields.last else { return false }
        var pairs: [(key: JSONText, value: JSONText?, order: [UInt8])] = []
        for occurrence in occurrences {
            let found = try FieldsFound(in: occurrence.bytes, as: entry)
            var key = JSONText()
            var value = JSONText()
            let keyOccurrence = found.rest[0]?.last ?? found.first[0]
            try appendMapKey(keyOccurrence, as: keyField.kind, to: &key)
            let isShown = try appendMapValue(
                found.rest[1]?.last ?? found.first[1], of: valueField, depth: depth, to: &value)
            pairs.append((key, isShown ? value : nil, keyOccurrence.map { Array($0.bytes) } ?? []))
        }
        pairs = pairs.enumerated().sorted {
            $0.element.order == $1.element.order
                ? $0.offset < $1.offset : $0.element.order.lexicographicallyPrecedes($1.element.order)
        }.map(\.element)
        json.raw("{")
        let start = json.bytes.count
        for (index, pair) in pairs.enumerated() {
            // The last of several entries with one key counts.
            if index + 1 < pairs.count, pairs[index + 1].key.bytes == pair.key.bytes { continue }
            guard let value = pair.value else { continue }
            if json.bytes.count > start { json.raw(",") }
            json.raw(pair.key.bytes)
            json.raw(":")
            json.raw(value.bytes)
        }
        json.raw("}")
        return json.bytes.count > start + 1
    }

    private func appendMapKey(
        _ field: WireField?, as kind: FieldShape.Kind, to json: inout JSONText
    ) throws(WireError) {
        if case .string = kind { return json.string(field?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)) }
        json.raw("\"")
        json.integer(Int64(bitPattern: field?.scalar ?? 0))
        json.raw("\"")
    }

    private func appendMapValue(
        _ field: WireField?, of shape: FieldShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        let bytes = field?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
        if case .message(let index) = shape.kind {
            return try appendMessage(bytes, schema.message(at: index), depth: depth, to: &json)
        }
        try appendScalar(field?.scalar ?? 0, bytes, as: shape.kind, to: &json)
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

/// The occurrences of each field of a message, by the field's place in its shape.
private struct FieldsFound {
    private(set) var first: [WireField?]
    private(set) var rest: [Int: [WireField]] = [:]

    init(in message: UnsafeRawBufferPointer, as shape: MessageShape) throws(WireError) {
        first = Array(repeating: nil, count: shape.fields.count)
        var oneofs: [Int: Int] = [:]
        var reader = WireReader(message)
        while let field = try reader.next() {
            guard let place = shape.place(of: field.number), shape.fields[place].accepts(field.wireType) else {
                continue
            }
            if let oneof = shape.fields[place].oneof {
                if let other = oneofs[oneof], other != place {
                    first[other] = nil
                    rest[other] = nil
                }
                oneofs[oneof] = place
            }
            if first[place] == nil { first[place] = field } else { rest[place, default: []].append(field) }
        }
    }
}

extension FieldShape {
    /// A field with another wire type than declared is an unknown field.
    fileprivate func accepts(_ wireType: UInt8) -> Bool {
        wireType == kind.wireType || (isRepeated && kind.isPackable && wireType == 2)
    }
}

extension FieldShape.Kind {
    fileprivate var fixedWidth: Int? {
        switch self {
        case .double, .fixed64, .sfixed64: 8
        case .float, .fixed32, .sfixed32: 4
        default: nil
        }
    }

    fileprivate var wireType: UInt8 {
        switch self {
        case .string, .bytes, .message: 2
        case .double, .fixed64, .sfixed64: 1
        case .float, .fixed32, .sfixed32: 5
        default: 0
        }
    }

    fileprivate var isPackable: Bool { wireType != 2 }
}

extension WireField {
    fileprivate var isZero: Bool { scalar == 0 && bytes.isEmpty }
}
