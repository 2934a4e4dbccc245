extension JSONTranscoder {
    func append(
        _ message: UnsafeRawBufferPointer, as special: SpecialMessage, _ shape: MessageShape, depth: Int,
        to json: inout JSONText
    ) throws(WireError) {
        switch special {
        case .any:
            guard try appendAny(message, depth: depth, to: &json) else {
                throw WireError(offset: 0, problem: "an annotation of unknown type")
            }
        case .timestamp: try appendTimestamp(message, to: &json)
        case .duration: try appendDuration(message, to: &json)
        case .fieldMask: try appendFieldMask(message, to: &json)
        case .structure: try appendOnlyField(of: message, shape, otherwise: "{}", depth: depth, to: &json)
        case .list: try appendOnlyField(of: message, shape, otherwise: "[]", depth: depth, to: &json)
        case .value: try appendValue(message, shape, depth: depth, to: &json)
        case .empty: json.raw("{}")
        default: try appendWrapped(message, shape, to: &json)
        }
    }

    /// Appends an `Any`; false when its type is unknown and nothing of it is shown.
    func appendAny(_ message: UnsafeRawBufferPointer, depth: Int, to json: inout JSONText) throws(WireError) -> Bool {
        try checkDepth(depth)
        guard let url = try message.wireBytes(1), !url.isEmpty else {
            json.raw("{}")
            return true
        }
        guard let shape = schema.message(url.messageName) else {
            if keepsUnknownTypes { json.base64(message) }
            return keepsUnknownTypes
        }
        let content = try message.wireBytes(2) ?? UnsafeRawBufferPointer(start: nil, count: 0)
        json.raw("{\"@type\":")
        json.string(url)
        if shape.special == nil {
            try appendFields(of: content, as: shape, depth: depth + 1, separator: true, to: &json)
        } else {
            json.raw(",\"value\":")
            try append(content, as: shape, depth: depth + 1, to: &json)
        }
        json.raw("}")
        return true
    }

    /// Struct and ListValue are the JSON of their single field.
    private func appendOnlyField(
        of message: UnsafeRawBufferPointer, _ shape: MessageShape, otherwise empty: StaticString, depth: Int,
        to json: inout JSONText
    ) throws(WireError) {
        let start = json.bytes.count
        try appendFields(of: message, as: shape, depth: depth, separator: false, to: &json)
        guard let only = shape.fields.first, json.bytes.count > start else { return json.raw(empty) }
        json.bytes.removeSubrange(start..<(start + shape.key(of: only).count))
    }

    private func appendValue(
        _ message: UnsafeRawBufferPointer, _ shape: MessageShape, depth: Int, to json: inout JSONText
    ) throws(WireError) {
        var last: WireField?
        var reader = WireReader(message)
        while let field = try reader.next() {
            if shape.place(of: field.number) != nil { last = field }
        }
        guard let last, let place = shape.place(of: last.number), last.number != 1 else { return json.raw("null") }
        if case .message(let index) = shape.fields[place].kind {
            return try append(last.bytes, as: schema.message(at: index), depth: depth + 1, to: &json)
        }
        try appendScalar(last.scalar, last.bytes, as: shape.fields[place].kind, to: &json)
    }

    private func appendWrapped(
        _ message: UnsafeRawBufferPointer, _ shape: MessageShape, to json: inout JSONText
    ) throws(WireError) {
        var last: WireField?
        var reader = WireReader(message)
        while let field = try reader.next() {
            if field.number == 1 { last = field }
        }
        guard let field = shape.fields.first else { return json.raw("null") }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        try appendScalar(last?.scalar ?? 0, last?.bytes ?? none, as: field.kind, to: &json)
    }

    private func secondsAndNanos(_ message: UnsafeRawBufferPointer) throws(WireError) -> (seconds: Int64, nanos: Int32)
    {
        var seconds: Int64 = 0
        var nanos: Int32 = 0
        var reader = WireReader(message)
        while let field = try reader.next() {
            if field.number == 1, field.wireType == 0 { seconds = Int64(bitPattern: field.scalar) }
            if field.number == 2, field.wireType == 0 { nanos = Int32(truncatingIfNeeded: field.scalar) }
        }
        return (seconds, nanos)
    }

    private func appendTimestamp(_ message: UnsafeRawBufferPointer, to json: inout JSONText) throws(WireError) {
        let (seconds, nanos) = try secondsAndNanos(message)
        guard let date = CivilTime(unixSeconds: seconds), (0..<1_000_000_000).contains(nanos) else {
            throw WireError(offset: 0, problem: "a time outside the years 1 to 9999")
        }
        json.raw("\"")
        json.raw(date.rfc3339(fraction: fraction(nanos)).utf8)
        json.raw("\"")
    }

    private func appendDuration(_ message: UnsafeRawBufferPointer, to json: inout JSONText) throws(WireError) {
        let (seconds, nanos) = try secondsAndNanos(message)
        guard seconds.magnitude <= 315_576_000_000, nanos.magnitude < 1_000_000_000,
            seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0)
        else { throw WireError(offset: 0, problem: "a duration of over 10000 years, or of two signs") }
        let isNegative = seconds < 0 || nanos < 0
        json.raw(isNegative ? "\"-" : "\"")
        json.integer(seconds.magnitude)
        json.raw(fraction(Int32(truncatingIfNeeded: nanos.magnitude)).utf8)
        json.raw("s\"")
    }

    /// A fraction of a second with 0, 3, 6 or 9 digits.
    private func fraction(_ nanos: Int32) -> String {
        guard nanos != 0 else { return "" }
        let digits = String(String(1_000_000_000 + Int(nanos)).dropFirst())
        if digits.hasSuffix("000000") { return "." + digits.prefix(3) }
        return digits.hasSuffix("000") ? "." + digits.prefix(6) : "." + digits
    }

    private func appendFieldMask(_ message: UnsafeRawBufferPointer, to json: inout JSONText) throws(WireError) {
        var paths: [String] = []
        var reader = WireReader(message)
        while let field = try reader.next() {
            if field.number == 1 { paths.append(field.bytes.text) }
        }
        json.string(paths.map(Self.lowerCamel).joined(separator: ","))
    }

    private static func lowerCamel(_ path: String) -> String {
        var result = ""
        var capitalizes = false
        for character in path {
            if character == "_" {
                capitalizes = true
            } else {
                result += capitalizes ? character.uppercased() : String(character)
                capitalizes = false
            }
        }
        return result
    }
}
