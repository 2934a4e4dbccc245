/// What the schema says of one message type, made for reading its bytes.
public final class MessageShape: Sendable {
    /// The full name, such as `c1.connector.v2.Grant`.
    public let name: String

    /// How its JSON looks, when that is not an object of its fields.
    let special: SpecialMessage?

    /// The fields in the order of their declaration, which is the order the ecosystem prints them in.
    let fields: [FieldShape]

    let isMapEntry: Bool

    /// `"name":` of every field, one after the other.
    private let keys: [UInt8]

    /// For small field numbers, the place in `fields`; -1 where there is none.
    private let places: [Int16]

    init(name: String, fields: [FieldShape], keys: [UInt8], isMapEntry: Bool) {
        self.name = name
        self.fields = fields
        self.keys = keys
        self.isMapEntry = isMapEntry
        special = SpecialMessage(rawValue: name)
        var places = [Int16](repeating: -1, count: 128)
        for (place, field) in fields.enumerated() where field.number < places.count {
            places[field.number] = Int16(place)
        }
        self.places = places
    }

    /// `"name":`, ready to print.
    @inline(__always)
    func key(of field: FieldShape) -> ArraySlice<UInt8> { keys[field.key] }

    @inline(__always)
    func place(of number: Int) -> Int? {
        if number < places.count {
            let place = Int(places[number])
            return place < 0 ? nil : place
        }
        return fields.firstIndex { $0.number == number }
    }
}

/// What the schema says of one field; without references, since it is looked at for every field of every record.
struct FieldShape: Sendable {
    enum Kind: Sendable {
        case double, float, int64, uint64, int32, fixed64, fixed32, bool, string, bytes, uint32
        case sfixed32, sfixed64, sint32, sint64
        /// A message or an enumeration, by its index in the schema.
        case message(Int)
        case enumeration(Int)
    }

    let number: Int
    /// Where its key is among the keys of the message.
    let key: Range<Int>
    let kind: Kind
    let isRepeated: Bool
    /// Whether a zero on the wire counts as set: in a oneof, proto3 optional or proto2.
    let hasPresence: Bool
    /// Which oneof of the message it belongs to.
    let oneof: Int?
}

/// Messages that have a JSON form of their own (protobuf guide, "ProtoJSON format").
enum SpecialMessage: String, Sendable {
    case any = "google.protobuf.Any"
    case timestamp = "google.protobuf.Timestamp"
    case duration = "google.protobuf.Duration"
    case fieldMask = "google.protobuf.FieldMask"
    case structure = "google.protobuf.Struct"
    case value = "google.protobuf.Value"
    case list = "google.protobuf.ListValue"
    case doubleValue = "google.protobuf.DoubleValue"
    case floatValue = "google.protobuf.FloatValue"
    case int64Value = "google.protobuf.Int64Value"
    case uint64Value = "google.protobuf.UInt64Value"
    case int32Value = "google.protobuf.Int32Value"
    case uint32Value = "google.protobuf.UInt32Value"
    case boolValue = "google.protobuf.BoolValue"
    case stringValue = "google.protobuf.StringValue"
    case bytesValue = "google.protobuf.BytesValue"
    case empty = "google.protobuf.Empty"
}
