/// The path and the query of a request, taken apart.
package struct RequestTarget: Sendable {
    /// The path as it was sent.
    package let path: String
    /// The parts between the slashes, without their percent signs.
    package let segments: [String]
    /// What stands behind the question mark, in its order.
    package let query: [QueryItem]

    /// One `name=value`.
    package struct QueryItem: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Reads `/a/b?c=d`; nil when a percent sign is not followed by two hexadecimal digits, or bytes are no UTF-8.
    package init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        var segments: [String] = []
        for segment in parts[0].split(separator: "/") {
            guard let decoded = String(decoding: segment, isForm: false) else { return nil }
            segments.append(decoded)
        }
        self.segments = segments
        guard let query = Self.query(parts.count > 1 ? String(parts[1]) : "") else { return nil }
        self.query = query
    }

    /// Reads `a=b&c=d`, as queries and forms have it.
    package static func query(_ text: String) -> [QueryItem]? {
        var items: [QueryItem] = []
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(decoding: sides[0], isForm: true),
                let value = String(decoding: sides.count > 1 ? sides[1] : "", isForm: true)
            else { return nil }
            items.append(QueryItem(name, value))
        }
        return items
    }

    /// The value of the first item called `name`.
    package subscript(name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// The path with other items behind it.
    package func replacingQuery(_ items: [QueryItem]) -> String {
        guard !items.isEmpty else { return path }
        return path + "?" + items.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }
}

extension String {
    fileprivate init?(decoding text: some StringProtocol, isForm: Bool) {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalDigit, let low = rest.popFirst()?.hexadecimalDigit else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where isForm: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { return nil }
        self = decoded
    }

    /// The text as it may stand in a query: all but letters, digits and `-._~` as percent signs.
    package var percentEncoded: String {
        var encoded: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
