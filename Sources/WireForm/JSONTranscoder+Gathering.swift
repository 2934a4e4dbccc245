extension JSONTranscoder {
    /// Appends fields that come in any order, however often.
    ///
    /// Several occurrences of one message field mean their merge, which is their concatenation; of any other single field the
    /// last counts, and of a oneof the last member (protobuf encoding, "Last One Wins"). So the occurrences are gathered, put
    /// into order, and written like fields that came so.
    func appendGatheredFields(
        of message: UnsafeRawBufferPointer, as shape: MessageShape, depth: Int, separator: Bool, to json: inout JSONText
    ) throws(WireError) {
        let found = try FieldsFound(in: message, as: shape)
        var needsComma = separator
        for (place, declared) in shape.fields.enumerated() {
            guard let last = found.occurrences[place].last else { continue }
            if declared.isRepeated {
                let open = OpenCollection(of: place, in: shape, schema, comma: needsComma, to: &json)
                for field in try occurrences(found.occurrences[place], in: open) {
                    try append(field, of: declared, to: open, depth: depth, &json)
                }
                if open.close(&json) { needsComma = true }
                continue
            }
            let start = json.bytes.count
            if needsComma { json.raw(",") }
            json.raw(shape.key(of: declared))
            let isShown =
                if case .message = declared.kind, found.occurrences[place].count > 1 {
                    try appendMerged(found.occurrences[place], of: declared, depth: depth, to: &json)
                } else {
                    try append(last, of: declared, depth: depth, to: &json)
                }
            if isShown { needsComma = true } else { json.cut(to: start) }
        }
    }

    private func appendMerged(
        _ occurrences: [WireField], of declared: FieldShape, depth: Int, to json: inout JSONText
    ) throws(WireError) -> Bool {
        var whole: [UInt8] = []
        for field in occurrences { whole.append(contentsOf: field.bytes) }
        let shown: Result<Bool, WireError> = whole.withUnsafeBytes { bytes in
            do throws(WireError) {
                let field = WireField(number: declared.number, wireType: 2, scalar: 0, bytes: bytes, whole: bytes)
                return .success(try append(field, of: declared, depth: depth, to: &json))
            } catch {
                return .failure(error)
            }
        }
        return try shown.get()
    }

    /// The elements of a list as they came, or the entries of a map in byte order of their keys, the last of each key.
    private func occurrences(_ fields: [WireField], in collection: OpenCollection) throws(WireError) -> [WireField] {
        guard let entry = collection.entry else { return fields }
        var entries: [(key: [UInt8], number: UInt64, field: WireField)] = []
        for field in fields {
            let key = try MapEntry(field.bytes, as: entry).key
            entries.append((key.map { Array($0.bytes) } ?? [], key?.scalar ?? 0, field))
        }
        let sorted = entries.enumerated().sorted {
            $0.element.key == $1.element.key
                ? $0.offset < $1.offset : $0.element.key.lexicographicallyPrecedes($1.element.key)
        }.map(\.element)
        var kept: [WireField] = []
        for (index, entry) in sorted.enumerated() {
            let isRepeatedLater =
                index + 1 < sorted.count && sorted[index + 1].key == entry.key
                && sorted[index + 1].number == entry.number
            if !isRepeatedLater { kept.append(entry.field) }
        }
        return kept
    }
}

/// The occurrences of each field of a message, by the field's place in its shape.
private struct FieldsFound {
    private(set) var occurrences: [[WireField]]

    init(in message: UnsafeRawBufferPointer, as shape: MessageShape) throws(WireError) {
        occurrences = Array(repeating: [], count: shape.fields.count)
        var oneofs: [Int: Int] = [:]
        var reader = WireReader(message)
        while let field = try reader.next() {
            guard let place = shape.place(of: field.number), shape.fields[place].accepts(field.wireType) else {
                continue
            }
            if let oneof = shape.fields[place].oneof {
                if let other = oneofs[oneof], other != place { occurrences[other] = [] }
                oneofs[oneof] = place
            }
            occurrences[place].append(field)
        }
    }
}
