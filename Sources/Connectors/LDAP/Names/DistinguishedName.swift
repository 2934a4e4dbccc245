import AccessModel
import CLibldap

/// The name of an entry in the form that is the same however the name was spelled.
///
/// It is read by the library's own parser. Attribute types are in small letters; values lose the blanks round them, and those of the
/// usual naming attributes their capitals. All bytes but printable ASCII are escaped, so that the text is also a name that every server takes.
struct DistinguishedName: Sendable, Hashable {
    /// The name itself, which is the id of its entry; empty for the root.
    let text: String

    /// The relative names, the entry's own first.
    let components: [String]

    /// The value of the first attribute of the entry's own relative name, unescaped and as it was spelled.
    let firstValue: [UInt8]

    /// The attributes of the entry's own relative name, in small letters.
    let firstTypes: [String]

    /// Reads a name; nil when it is none.
    init?(_ bytes: some Sequence<UInt8>) {
        let spelled = Array(bytes)
        guard !spelled.contains(0) else { return nil }
        var parsed: LDAPDN?
        let status = (spelled + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                ldap_str2dn($0.baseAddress, &parsed, UInt32(LDAP_DN_FORMAT_LDAPV3))
            }
        }
        defer { ldap_dnfree(parsed) }
        guard status == LDAP_SUCCESS else { return nil }
        var components: [String] = []
        var first: [LDAPAVA] = []
        for rdn in sequence(parsed) {
            let parts = sequence(rdn).map(\.pointee)
            guard !parts.isEmpty else { return nil }
            if components.isEmpty { first = parts }
            components.append(parts.map(Self.text).sorted(by: Self.precedes).joined(separator: "+"))
        }
        text = components.joined(separator: ",")
        self.components = components
        firstValue = first.first.map { Self.value(of: $0) } ?? []
        firstTypes = first.map { String(decoding: $0.la_attr.bytes, as: UTF8.self).lowercased() }
    }

    /// Reads a name; nil when it is none.
    init?(_ text: String) {
        self.init(text.utf8)
    }

    /// Whether the entry is `base`, or under it.
    func isWithin(_ base: DistinguishedName) -> Bool {
        guard components.count >= base.components.count else { return false }
        return zip(components.reversed(), base.components.reversed()).allSatisfy {
            $0.utf8.map(Self.small) == $1.utf8.map(Self.small)
        }
    }

    /// Bytes compared as bytes, as all that is an id.
    static func == (left: DistinguishedName, right: DistinguishedName) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(ByteKey(text))
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Naming attributes whose values are the same in capitals and small letters.
    private static let caseless: Set<String> = [
        "cn", "uid", "ou", "dc", "sn", "givenname", "mail", "member", "memberof", "o", "c", "l", "st",
        "telephonenumber", "description",
    ]

    private static func text(_ part: LDAPAVA) -> String {
        let type = String(decoding: part.la_attr.bytes, as: UTF8.self).lowercased()
        return type + "=" + escaped(plain(value(of: part), isCaseless: caseless.contains(type)))
    }

    /// The value, taken out of its encoding when it was given as one (`#04…`).
    private static func value(of part: LDAPAVA) -> [UInt8] {
        let bytes = Array(part.la_value.bytes)
        guard part.la_flags & UInt32(LDAP_AVA_BINARY) != 0 else { return bytes }
        return EncodedString(bytes)?.content ?? bytes
    }

    private static func plain(_ value: [UInt8], isCaseless: Bool) -> [UInt8] {
        guard !value.allSatisfy({ $0 < 0x80 }) else {
            let end = value.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
            let part = value[..<end].drop(while: isBlank)
            return isCaseless ? part.map(small) : Array(part)
        }
        // What isn't text stays as it is: nothing is known of its letters.
        guard let text = String(validating: value, as: UTF8.self) else { return value }
        let scalars = text.unicodeScalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start
        guard isCaseless else { return Array(String(scalars[start..<end]).utf8) }
        var small = String.UnicodeScalarView()
        for scalar in scalars[start..<end] { small.append(self.small(scalar)) }
        return Array(String(small).utf8)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The small letter of a letter, one for one, as the reference has it.
    private static func small(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\u{130}" { return "i" }
        let mapped = scalar.properties.lowercaseMapping.unicodeScalars
        return mapped.count == 1 ? mapped[mapped.startIndex] : scalar
    }

    /// `value` as it stands in a name.
    static func escaped(_ value: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(value.count)
        for (place, byte) in value.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): text.append(byte)
            case UInt8(ascii: "\""), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: "\\"):
                text += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "#") where place == 0, UInt8(ascii: " ") where place == 0 || place == value.count - 1:
                text += [UInt8(ascii: "\\"), byte]
            case 0x20...0x7E: text.append(byte)
            default: text += [UInt8(ascii: "\\"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

/// A string in the basic encoding rules: a tag, a length and that many bytes.
private struct EncodedString {
    let content: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1])
        var start = 2
        if length > 0x80 {
            let digits = length - 0x80
            guard digits <= 4, bytes.count >= 2 + digits else { return nil }
            length = bytes[2..<2 + digits].reduce(0) { $0 << 8 | Int($1) }
            start += digits
        }
        guard length != 0x80 || start > 2, bytes.count == start + length else { return nil }
        content = Array(bytes[start...])
    }
}

/// The elements of a list of pointers that ends with a null.
func sequence<Element>(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>?
) -> [UnsafeMutablePointer<Element>] {
    guard let list else { return [] }
    var elements: [UnsafeMutablePointer<Element>] = []
    while let element = list[elements.count] { elements.append(element) }
    return elements
}

extension berval {
    /// The bytes it points to, for as long as they are there.
    var bytes: UnsafeBufferPointer<UInt8> {
        guard let start = UnsafeRawPointer(bv_val)?.assumingMemoryBound(to: UInt8.self) else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: start, count: Int(bv_len))
    }
}
