import AccessModel

/// Which entries a search finds, in the notation of RFC 4515.
struct LDAPFilter: Sendable {
    let text: String

    private init(_ text: String) {
        self.text = text
    }

    /// Every entry.
    static let any = LDAPFilter("(objectClass=*)")

    /// Entries whose attribute has this value.
    static func equal(_ attribute: String, _ value: some Sequence<UInt8>) -> LDAPFilter {
        LDAPFilter("(\(attribute)=\(escaped(value)))")
    }

    /// Entries whose attribute has this value.
    static func equal(_ attribute: String, _ value: String) -> LDAPFilter {
        equal(attribute, value.utf8)
    }

    /// Entries of one of these classes.
    static func classes(_ names: String...) -> LDAPFilter {
        any(of: names.map { equal("objectClass", $0) })
    }

    /// Entries that one of `filters` finds.
    static func any(of filters: [LDAPFilter]) -> LDAPFilter {
        filters.count == 1 ? filters[0] : LDAPFilter("(|" + filters.map(\.text).joined() + ")")
    }

    /// Entries that this one and the other find.
    func and(_ other: LDAPFilter?) -> LDAPFilter {
        guard let other else { return self }
        return LDAPFilter("(&" + other.text + text + ")")
    }

    /// A filter that somebody wrote, with the brackets round it that may be left out; nil for an empty one.
    ///
    /// - Throws: a `ServiceError` when it is not one whole filter, so that joined to others it would mean something else. What is in its
    ///   brackets is for the library to judge.
    init?(written text: String, in place: String) throws {
        let text = text.filter { $0 != "\n" && $0 != "\r" }.drop { $0 == " " }
        guard !text.isEmpty else { return nil }
        let whole = text.utf8.first == UInt8(ascii: "(") ? String(text) : "(\(text))"
        var depth = 0
        var ends = 0
        for byte in whole.utf8 {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            guard depth >= 0 else { break }
            if byte == UInt8(ascii: ")"), depth == 0 { ends += 1 }
        }
        guard depth == 0, ends == 1 else {
            throw ServiceError(
                .invalidArgument,
                "\(place): \"\(whole.prefix(200))\" is no filter, its brackets don't match. Write one such as (!(objectClass=computer))."
            )
        }
        self.init(whole)
    }

    private static func escaped(_ value: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in value {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"), 0..<0x20, 0x7F...:
                text += [UInt8(ascii: "\\"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
