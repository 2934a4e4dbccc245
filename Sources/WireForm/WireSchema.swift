import CBatonSchema

/// The message types and enumerations of the ecosystem, from the compiled schema of `proto/`.
public struct WireSchema: Sendable {
    private let messages: [MessageShape]
    private let enumerations: [[Int32: [UInt8]]]
    private let messagePlaces: [String: Int]
    /// The messages by the bytes of their names, in order.
    private let sorted: [(name: [UInt8], place: Int)]

    /// The schema this program was built with.
    public static let shared: WireSchema = {
        let bytes = UnsafeRawBufferPointer(start: baton_schema_bytes(), count: baton_schema_count())
        do {
            return try WireSchema(fileDescriptorSet: bytes)
        } catch {
            // The bytes are compiled in; a test reads every message of them.
            preconditionFailure("the built-in schema is damaged: \(error)")
        }
    }()

    /// The shape of the message with this full name; nil when the schema doesn't know it.
    public func message(_ name: String) -> MessageShape? {
        messagePlaces[name].map { messages[$0] }
    }

    /// The shape of the message with this full name, given as bytes; nil when the schema doesn't know it.
    func message(_ name: UnsafeRawBufferPointer) -> MessageShape? {
        var below = 0
        var above = sorted.count
        while below < above {
            let middle = (below + above) / 2
            if sorted[middle].name.lexicographicallyPrecedes(name) { below = middle + 1 } else { above = middle }
        }
        guard below < sorted.count, sorted[below].name.elementsEqual(name) else { return nil }
        return messages[sorted[below].place]
    }

    /// The full names of all messages.
    public var messageNames: [String] { messages.map(\.name) }

    /// The part of the compiled schema that defines some files: a serialized `google.protobuf.FileDescriptorSet`.
    public static func descriptors(of files: [String]) -> [UInt8] {
        var found: [(name: String, file: [UInt8])] = []
        var reader = WireReader(UnsafeRawBufferPointer(start: baton_schema_bytes(), count: baton_schema_count()))
        // What is compiled in has been read by the time a file is written.
        while let file = try? reader.next() {
            guard let name = try? file.bytes.wireBytes(1)?.text, files.contains(name) else { continue }
            found.append((name, Array(file.bytes)))
        }
        var set = WireWriter()
        for (_, file) in found.sorted(by: { $0.name < $1.name }) { set.field(1, file) }
        return set.bytes
    }

    func message(at index: Int) -> MessageShape { messages[index] }

    func name(of value: Int32, in enumeration: Int) -> [UInt8]? { enumerations[enumeration][value] }

    /// Reads a serialized `google.protobuf.FileDescriptorSet`.
    ///
    /// - Throws: ``WireError`` when the bytes are none, or name a type they don't define.
    init(fileDescriptorSet bytes: UnsafeRawBufferPointer) throws(WireError) {
        var loader = SchemaLoader()
        var reader = WireReader(bytes)
        while let file = try reader.next() {
            if file.number == 1 { try loader.load(file: file.bytes) }
        }
        messages = loader.messages.compactMap(\.self)
        enumerations = loader.enumerations.compactMap(\.self)
        messagePlaces = loader.messagePlaces
        sorted = messagePlaces.map { (Array($0.key.utf8), $0.value) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
        guard messages.count == loader.messages.count, enumerations.count == loader.enumerations.count else {
            throw WireError(offset: bytes.count, problem: "a type that is used but not defined")
        }
    }
}

/// Collects what the descriptors say; field numbers are those of `google/protobuf/descriptor.proto`.
private struct SchemaLoader {
    var messages: [MessageShape?] = []
    var messagePlaces: [String: Int] = [:]
    var enumerations: [[Int32: [UInt8]]?] = []
    private var enumerationPlaces: [String: Int] = [:]

    /// Far more than any schema has.
    private static let deepestType = 32
    private static let fieldNumbers: ClosedRange<UInt64> = 1...0x1FFF_FFFF

    mutating func load(file: UnsafeRawBufferPointer) throws(WireError) {
        let package = try file.wireBytes(2)?.text ?? ""
        let isProto3 = try file.wireBytes(12)?.text == "proto3"
        var reader = WireReader(file)
        while let field = try reader.next() {
            if field.number == 4 { try load(message: field.bytes, in: package, isProto3: isProto3, depth: 0) }
            if field.number == 5 { try load(enumeration: field.bytes, in: package) }
        }
    }

    private mutating func load(
        message: UnsafeRawBufferPointer, in scope: String, isProto3: Bool, depth: Int
    ) throws(WireError) {
        guard depth < Self.deepestType else { throw WireError(offset: 0, problem: "types nested too deeply") }
        let name = scope + "." + (try message.wireBytes(1)?.text ?? "")
        var fields: [FieldShape] = []
        var keys: [UInt8] = []
        var isMapEntry = false
        var reader = WireReader(message)
        while let field = try reader.next() {
            switch field.number {
            case 2: fields.append(try self.field(field.bytes, isProto3: isProto3, keys: &keys))
            case 3: try load(message: field.bytes, in: name, isProto3: isProto3, depth: depth + 1)
            case 4: try load(enumeration: field.bytes, in: name)
            case 7: isMapEntry = try field.bytes.hasTrueField(7)
            default: break
            }
        }
        guard fields.count <= Int16.max else { throw WireError(offset: 0, problem: "\(name): too many fields") }
        messages[place(ofMessage: name)] = MessageShape(
            name: name, fields: fields, keys: keys, isMapEntry: isMapEntry)
    }

    private mutating func load(enumeration: UnsafeRawBufferPointer, in scope: String) throws(WireError) {
        let name = scope + "." + (try enumeration.wireBytes(1)?.text ?? "")
        var names: [Int32: [UInt8]] = [:]
        var reader = WireReader(enumeration)
        while let field = try reader.next() {
            guard field.number == 2 else { continue }
            let number = Int32(truncatingIfNeeded: try field.bytes.scalarField(2) ?? 0)
            if names[number] == nil { names[number] = Array("\"\(try field.bytes.wireBytes(1)?.text ?? "")\"".utf8) }
        }
        enumerations[place(ofEnumeration: name)] = names
    }

    private mutating func field(
        _ descriptor: UnsafeRawBufferPointer, isProto3: Bool, keys: inout [UInt8]
    ) throws(WireError) -> FieldShape {
        let number = try descriptor.scalarField(3) ?? 0
        guard Self.fieldNumbers.contains(number) else {
            throw WireError(offset: 0, problem: "a field with the number \(number)")
        }
        let start = keys.count
        keys += "\"\(try descriptor.wireBytes(10)?.text ?? "")\":".utf8
        let typeName = String((try descriptor.wireBytes(6)?.text ?? "").drop { $0 == "." })
        let oneof = try descriptor.scalarField(9).map { Int(truncatingIfNeeded: $0) }
        let isOptional = try descriptor.hasTrueField(17)
        return FieldShape(
            number: Int(number),
            key: start..<keys.count,
            kind: kind(type: try descriptor.scalarField(5) ?? 0, named: typeName),
            isRepeated: try descriptor.scalarField(4) == 3,
            hasPresence: !isProto3 || oneof != nil,
            oneof: isOptional ? nil : oneof)
    }

    private mutating func place(ofMessage name: String) -> Int {
        if let place = messagePlaces[name] { return place }
        messages.append(nil)
        messagePlaces[name] = messages.count - 1
        return messages.count - 1
    }

    private mutating func place(ofEnumeration name: String) -> Int {
        if let place = enumerationPlaces[name] { return place }
        enumerations.append(nil)
        enumerationPlaces[name] = enumerations.count - 1
        return enumerations.count - 1
    }

    private mutating func kind(type: UInt64, named name: String) -> FieldShape.Kind {
        switch type {
        case 1: .double
        case 2: .float
        case 3: .int64
        case 4: .uint64
        case 5: .int32
        case 6: .fixed64
        case 7: .fixed32
        case 8: .bool
        case 9: .string
        case 11: .message(place(ofMessage: name))
        case 13: .uint32
        case 14: .enumeration(place(ofEnumeration: name))
        case 15: .sfixed32
        case 16: .sfixed64
        case 17: .sint32
        case 18: .sint64
        default: .bytes
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func scalarField(_ number: Int) throws(WireError) -> UInt64? {
        var reader = WireReader(self)
        while let field = try reader.next() {
            if field.number == number, field.wireType == 0 { return field.scalar }
        }
        return nil
    }

    fileprivate func hasTrueField(_ number: Int) throws(WireError) -> Bool {
        try scalarField(number).map { $0 != 0 } ?? false
    }
}
