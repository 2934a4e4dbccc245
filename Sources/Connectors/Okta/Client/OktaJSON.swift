import AccessModel
import SwiftProtobuf
import WireForm

extension JSONValue {
    /// The text under `name`.
    ///
    /// - Throws: a `ServiceError` when there is none, which no object of Okta's lacks.
    func required(_ name: String, of what: String) throws -> String {
        guard let text = self[name]?.string, !text.isEmpty else {
            throw ServiceError(.internal, "Okta told of a \(what) without \"\(name)\".")
        }
        return text
    }

    /// The text under `name`, empty when there is none.
    func text(_ name: String) -> String { self[name]?.string ?? "" }

    /// The moment under `name`.
    func time(_ name: String) -> Google_Protobuf_Timestamp? {
        self[name]?.string.flatMap { Google_Protobuf_Timestamp(rfc3339: $0) }
    }

    /// An object with these members, without those that are nil.
    static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { name, value in value.map { (name, $0) } })
    }

    /// The value as an attribute of a profile.
    var attribute: Google_Protobuf_Value {
        switch self {
        case .null: .nothing
        case .bool(let flag): Google_Protobuf_Value(boolValue: flag)
        case .number(let text): Google_Protobuf_Value(numberValue: Double(text) ?? 0)
        case .string(let text): Google_Protobuf_Value(stringValue: text)
        case .array(let elements):
            Google_Protobuf_Value(listValue: .with { $0.values = elements.map(\.attribute) })
        case .object: Google_Protobuf_Value(structValue: profile)
        }
    }

    /// The members of an object as a profile.
    var profile: Profile {
        var profile = Profile()
        for (name, value) in members { profile.fields[name] = value.attribute }
        return profile
    }
}

extension Google_Protobuf_Value {
    /// An attribute that is there without a value.
    static var nothing: Self { .with { $0.nullValue = .nullValue } }
}

extension Google_Protobuf_Timestamp {
    /// A moment such as `2026-01-02T03:04:05.678Z`; nil for anything else.
    init?(rfc3339 text: String) {
        guard let time = CivilTime(rfc3339: text) else { return nil }
        self.init(seconds: time.unixSeconds)
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return }
        let digits = text[text.index(after: point)...].dropLast().prefix(9)
        nanos = (Int32(digits) ?? 0) * (0..<(9 - digits.utf8.count)).reduce(1) { product, _ in product * 10 }
    }

    /// The moment as Okta reads it.
    var rfc3339: String { CivilTime(unixSeconds: seconds)?.rfc3339() ?? "" }
}
