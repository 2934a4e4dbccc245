/// A JSON list or object being written for a repeated field or a map.
///
/// What is not shown, such as annotations of unknown types, leaves no trace; a collection without content is left out whole.
struct OpenCollection {
    /// The field's place in its message.
    let place: Int
    /// What the entries are, when it is a map.
    let entry: MessageShape?

    private let start: Int
    private let contentStart: Int

    /// Begins the collection of the field at `place`.
    init(of place: Int, in shape: MessageShape, _ schema: WireSchema, comma: Bool, to json: inout JSONText) {
        self.place = place
        entry = schema.entry(of: shape.fields[place])
        start = json.bytes.count
        if comma { json.raw(",") }
        json.raw(shape.key(of: shape.fields[place]))
        if entry == nil { json.raw("[") } else { json.raw("{") }
        contentStart = json.bytes.count
    }

    /// Appends the comma that is due before an element.
    func separate(_ json: inout JSONText) {
        if json.bytes.count > contentStart { json.raw(",") }
    }

    /// Ends it; false when it had nothing to show.
    func close(_ json: inout JSONText) -> Bool {
        guard json.bytes.count > contentStart else {
            json.cut(to: start)
            return false
        }
        if entry == nil { json.raw("]") } else { json.raw("}") }
        return true
    }
}

/// An entry of a map, whose key is field 1 and whose value is field 2; of several the last counts.
struct MapEntry {
    private(set) var key: WireField?
    private(set) var value: WireField?

    init(_ entry: UnsafeRawBufferPointer, as shape: MessageShape) throws(WireError) {
        var reader = WireReader(entry)
        while let field = try reader.next() {
            guard let place = shape.place(of: field.number), shape.fields[place].accepts(field.wireType) else {
                continue
            }
            if field.number == 1 { key = field } else { value = field }
        }
    }
}

extension WireSchema {
    /// The shape of a map's entries; nil when the field is no map.
    func entry(of field: FieldShape) -> MessageShape? {
        guard field.isRepeated, case .message(let index) = field.kind else { return nil }
        let shape = message(at: index)
        return shape.isMapEntry ? shape : nil
    }
}

extension JSONTranscoder {
    /// Whether the fields can be shown as they are met: each in one piece and in the order of the declaration, no oneof with two
    /// members, maps in byte order of their keys.
    ///
    /// That is how nearly all programs write them.
    func isOrdered(_ message: UnsafeRawBufferPointer, as shape: MessageShape) throws(WireError) -> Bool {
        var last = -1
        var oneofs: UInt64 = 0
        var lastKey: UnsafeRawBufferPointer?
        var reader = WireReader(message)
        while let field = try reader.next() {
            guard let place = shape.place(of: field.number), shape.fields[place].accepts(field.wireType) else {
                continue
            }
            let declared = shape.fields[place]
            if place < last || (place == last && !declared.isRepeated) { return false }
            if let oneof = declared.oneof {
                guard oneof < 64, oneofs & (1 << UInt64(oneof)) == 0 else { return false }
                oneofs |= 1 << UInt64(oneof)
            }
            if let entry = schema.entry(of: declared) {
                guard case .string? = entry.fields.first?.kind else { return false }
                let key =
                    try MapEntry(field.bytes, as: entry).key?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
                if place == last, let lastKey, !lastKey.lexicographicallyPrecedes(key) { return false }
                lastKey = key
            }
            last = place
        }
        return true
    }
}
