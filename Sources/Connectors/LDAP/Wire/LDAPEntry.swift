import AccessModel
import CLibldap

/// What a server says of an entry.
struct LDAPEntry: Sendable {
    /// One attribute and its values.
    struct Attribute: Sendable {
        /// As the server spells it, with options such as `;lang-de`.
        let name: String
        let values: [[UInt8]]
    }

    /// The name as the server spells it.
    let name: [UInt8]
    let attributes: [Attribute]

    /// The values of an attribute, however its name is spelled; empty when there are none.
    func values(_ name: String) -> [[UInt8]] {
        attributes.first { $0.name.isSameName(as: name) }?.values ?? []
    }

    /// The values of an attribute as text.
    func texts(_ name: String) -> [String] {
        values(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first value of an attribute as text; empty when there is none.
    func text(_ name: String) -> String {
        values(name).first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Whether the entry is of a class.
    func isOf(_ objectClass: String) -> Bool {
        texts("objectClass").contains { $0.isSameName(as: objectClass) }
    }

    /// The name as an id.
    ///
    /// - Throws: a `ServiceError` when it is no name.
    func distinguishedName() throws -> DistinguishedName {
        guard let name = DistinguishedName(self.name) else {
            throw ServiceError(
                .dataLoss,
                "the server sent \"\(String(decoding: self.name, as: UTF8.self))\", which is no name of an entry.")
        }
        return name
    }
}

extension LDAPEntry {
    /// Reads an entry out of a message; nil when the message is damaged.
    init?(_ message: OpaquePointer, of handle: OpaquePointer) {
        var reader: OpaquePointer?
        var name = berval()
        guard ldap_get_dn_ber(handle, message, &reader, &name) == LDAP_SUCCESS, let reader else { return nil }
        defer { ber_free(reader, 0) }
        self.name = Array(name.bytes)
        var attributes: [Attribute] = []
        while true {
            var type = berval()
            var values: UnsafeMutablePointer<berval>?
            guard ldap_get_attribute_ber(handle, message, reader, &type, &values) == LDAP_SUCCESS else { return nil }
            guard type.bv_val != nil else { break }
            defer { ber_memfree(values) }
            attributes.append(
                Attribute(name: String(decoding: type.bytes, as: UTF8.self), values: Self.copies(of: values)))
        }
        self.attributes = attributes
    }

    /// The values, which end with one that is null.
    private static func copies(of values: UnsafeMutablePointer<berval>?) -> [[UInt8]] {
        guard let values else { return [] }
        var copies: [[UInt8]] = []
        while values[copies.count].bv_val != nil { copies.append(Array(values[copies.count].bytes)) }
        return copies
    }
}

extension String {
    /// Whether two names of attributes or classes are the same, which they are in any letters.
    func isSameName(as other: String) -> Bool {
        let (one, other) = (utf8, other.utf8)
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { $0 == $1 || ($0 ^ $1 == 0x20 && (0x61...0x7A).contains($0 | 0x20)) }
    }
}
