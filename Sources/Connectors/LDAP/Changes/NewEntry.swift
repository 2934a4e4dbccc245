import AccessModel
import ConnectorKit
import SwiftProtobuf

/// An account to be made, as its profile describes it.
struct NewEntry: Sendable {
    let name: String
    private(set) var attributes: [LDAPChange]
    let classes: [String]
    /// Whether it is to get the next free number.
    let wantsNumber: Bool

    static let fields: [AccountField] = [
        .required(
            "rdnKey", "RDN key", description: "The attribute that names the new entry, such as uid", placeholder: "uid"),
        .required("rdnValue", "RDN value", description: "Its value", placeholder: "jdoe"),
        .required(
            "path", "Path", description: "Where below the suffix the entry is made; may be empty",
            placeholder: "ou=people"),
        .required("suffix", "Suffix", description: "The top of the directory", placeholder: "dc=example,dc=com"),
        .optional("objectClass", "Object classes", kind: .list, description: "top and person if none are given"),
        .optional(
            "additionalAttributes", "Additional attributes", kind: .map,
            description: "Attributes by name, each with a value or a list of values"),
        .optional(
            "calculatePosixUIDNumber", "Calculate the next uidNumber", kind: .flag,
            description: "For the class posixAccount: one more than the highest there is"),
    ]

    /// - Throws: a `ServiceError` that names what is missing or makes no sense.
    init(_ profile: Profile) throws {
        let key = try AttributeName(try Self.text("rdnKey", in: profile))
        let value = try Self.text("rdnValue", in: profile)
        let places = [profile.string("path") ?? "", try Self.text("suffix", in: profile)].filter { !$0.isEmpty }
        for place in places where DistinguishedName(place) == nil {
            throw DistinguishedName.wrong(place, in: "path or suffix")
        }
        name = (["\(key.text)=\(DistinguishedName.escaped(Array(value.utf8)))"] + places).joined(separator: ",")
        guard DistinguishedName(name) != nil else { throw DistinguishedName.wrong(name, in: "the new entry's name") }
        let classes = Self.values(of: profile.fields["objectClass"]).map { String(decoding: $0, as: UTF8.self) }
        self.classes = classes.isEmpty ? ["top", "person"] : classes
        attributes = [.add("objectClass", self.classes.map { Array($0.utf8) })]
        if case .boolValue(true)? = profile.fields["calculatePosixUIDNumber"]?.kind {
            wantsNumber = self.classes.contains { $0.isSameName(as: "posixAccount") }
        } else {
            wantsNumber = false
        }
        try takeAttributes(of: profile)
        if !has(key.text) { attributes.append(.add(key.text, [Array(value.utf8)])) }
    }

    private static func text(_ field: String, in profile: Profile) throws -> String {
        guard let text = profile.string(field), !text.isEmpty else {
            throw ServiceError(.invalidArgument, "profile: \(field) is missing. Say it in --create-account-profile.")
        }
        return text
    }

    /// What is in the profile and isn't an attribute.
    private static let others = Set(fields.map(\.name) + ["login"])

    private mutating func takeAttributes(of profile: Profile) throws {
        var given = profile.fields.filter { !Self.others.contains($0.key) }
        if case .structValue(let more)? = profile.fields["additionalAttributes"]?.kind {
            given.merge(more.fields) { _, more in more }
        }
        for (name, value) in given.sorted(by: { ByteKey($0.key) < ByteKey($1.key) }) {
            let name = try AttributeName(name)
            let values = Self.values(of: value)
            if values.isEmpty || wantsNumber && name.text.isSameName(as: "uidNumber") { continue }
            guard !has(name.text) else {
                throw ServiceError(.invalidArgument, "profile: \(name.text) is there twice. Say it once.")
            }
            attributes.append(.add(name.text, values))
        }
    }

    /// Whether there is an attribute of that name.
    func has(_ name: String) -> Bool { attributes.contains { $0.attribute.isSameName(as: name) } }

    /// Gives an attribute these values and no others.
    mutating func set(_ name: String, _ values: [[UInt8]]) {
        attributes.removeAll { $0.attribute.isSameName(as: name) }
        attributes.append(.add(name, values))
    }

    /// Takes attributes that hold passwords out.
    mutating func dropPasswords() {
        attributes.removeAll {
            $0.attribute.isSameName(as: "userPassword") || $0.attribute.isSameName(as: "unicodePwd")
        }
    }

    /// The values that a JSON value means; what is empty means none.
    private static func values(of value: Google_Protobuf_Value?) -> [[UInt8]] {
        switch value?.kind {
        case .listValue(let list)?: list.values.flatMap { values(of: $0) }
        case let kind?: Self.text(of: kind).map { [Array($0.utf8)] } ?? []
        case nil: []
        }
    }

    /// A single value as directories write it; nil for none.
    static func text(of kind: Google_Protobuf_Value.OneOf_Kind) -> String? {
        switch kind {
        case .stringValue(let text): text.isEmpty ? nil : text
        case .boolValue(let flag): flag ? "TRUE" : "FALSE"
        case .numberValue(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        case .nullValue, .structValue, .listValue: nil
        }
    }
}
