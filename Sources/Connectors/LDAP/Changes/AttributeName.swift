import AccessModel

/// The name of an attribute that somebody wants to write.
struct AttributeName: Sendable {
    let text: String

    /// - Throws: a `ServiceError` when it is no such name.
    init(_ text: String) throws {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ";"):
                true
            default: false
            }
        }
        guard isName, let first = text.utf8.first, first != UInt8(ascii: ";"), first != UInt8(ascii: "-") else {
            throw ServiceError(.invalidArgument, "\"\(text.prefix(80))\" is no name of an attribute.")
        }
        self.text = text
    }

    /// Without options such as `;lang-de`.
    var base: String { String(text.prefix { $0 != ";" }) }

    /// Whether it is where passwords are.
    var isPassword: Bool { LDAPEntry.Attribute(name: text, values: []).isSecret }
}
