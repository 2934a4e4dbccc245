/// Percent-encoding of the parts of an address.
package enum PercentEncoding {
    /// `text` as one path segment or query value: only unreserved characters stay.
    package static func strict(_ text: String) -> String {
        encoded(text.utf8) { isUnreserved($0) }
    }

    /// Parameters as they stand in a query or a form, in their order.
    static func form(_ parameters: [QueryParameter]) -> String {
        parameters.map { "\(strict($0.name))=\(strict($0.value))" }.joined(separator: "&")
    }

    /// What came as an address, with what may not stand on a request line escaped and everything else as it was.
    static func escapingUnsafe(_ bytes: some Sequence<UInt8>) -> String {
        encoded(bytes) { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<")
                && byte != UInt8(ascii: ">")
        }
    }

    /// The text that a query value stands for.
    package static func decoded(_ text: some StringProtocol) -> String {
        decoded(text, plus: UInt8(ascii: " "))
    }

    /// The text that a user or password in an address stands for.
    package static func decodedUserInfo(_ text: some StringProtocol) -> String {
        decoded(text, plus: UInt8(ascii: "+"))
    }

    private static func decoded(_ text: some StringProtocol, plus: UInt8) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? plus : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func encoded(_ bytes: some Sequence<UInt8>, keeping isKept: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            if isKept(byte) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
