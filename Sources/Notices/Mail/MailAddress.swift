/// The address of a mailbox that can stand in a header and a command as it is.
struct MailAddress: Sendable, Hashable {
    /// Such as `ann@example.com`.
    let text: String
    /// What comes after the `@`.
    let domain: String

    /// Reads an address; nil for one with anything in it that would have to be quoted (RFC 5322, 3.2.3).
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), (1...190).contains(parts[1].count),
            parts[0].allSatisfy({ Self.isAlphanumeric($0) || Self.marks.contains($0) }),
            parts[1].allSatisfy({ Self.isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = text
        domain = String(decoding: parts[1], as: UTF8.self)
    }

    private static let marks = Set("!#$%&'*+-/=?^_`{|}~.".utf8)

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
