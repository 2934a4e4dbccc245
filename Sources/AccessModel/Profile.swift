public import SwiftProtobuf

/// Free attributes of a resource.
///
/// Numbers are doubles on the wire: integers are exact up to 2^53.
public typealias Profile = Google_Protobuf_Struct

extension Profile {
    /// The attributes of `pairs` that have a value; the others are left out.
    public init(_ pairs: KeyValuePairs<String, Google_Protobuf_Value?>) {
        self.init()
        for (key, value) in pairs {
            fields[key] = value
        }
    }

    /// The string under `key`, or nil when there is none or it is something else.
    public func string(_ key: String) -> String? {
        guard case .stringValue(let text)? = fields[key]?.kind else { return nil }
        return text
    }
}

extension Google_Protobuf_Value {
    /// A string.
    public static func text(_ text: String) -> Self { Self(stringValue: text) }

    /// A whole number, exact up to 2^53.
    public static func number(_ number: some BinaryInteger) -> Self { Self(numberValue: Double(number)) }

    /// True or false.
    public static func flag(_ flag: Bool) -> Self { Self(boolValue: flag) }

    /// A list of strings.
    public static func list(_ items: [String]) -> Self {
        Self(listValue: .with { $0.values = items.map { Self(stringValue: $0) } })
    }
}
