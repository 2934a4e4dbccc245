/// JSON text under construction, as bytes.
public struct JSONText {
    /// The text so far, in UTF-8.
    public var bytes: [UInt8] = []

    /// An empty text.
    public init() {}

    /// Appends text that is JSON already.
    @inlinable
    public mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends text that is JSON already.
    @inlinable
    public mutating func raw(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
    }

    /// Takes back what was appended after the first `count` bytes.
    @inlinable
    public mutating func cut(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    /// Appends a JSON string; what is not UTF-8 is replaced.
    public mutating func string(_ content: UnsafeRawBufferPointer) {
        if content.isPlainASCII {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: content)
            bytes.append(UInt8(ascii: "\""))
        } else {
            string(content.text)
        }
    }

    /// Appends a JSON string.
    ///
    /// Only the quote, the backslash and control characters are escaped, as the ecosystem does.
    public mutating func string(_ content: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in content.utf8 { escape(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case 0x08: raw("\\b")
        case 0x09: raw("\\t")
        case 0x0A: raw("\\n")
        case 0x0C: raw("\\f")
        case 0x0D: raw("\\r")
        case ..<0x20:
            raw("\\u00")
            bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            bytes.append(Self.hex[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }

    /// Appends a whole number.
    public mutating func integer(_ number: some BinaryInteger) {
        raw(String(number).utf8)
    }

    /// Appends a whole number as a string, as 64-bit integers are.
    public mutating func quotedInteger(_ number: some BinaryInteger) {
        raw("\"")
        integer(number)
        raw("\"")
    }

    /// Appends a floating-point number as JavaScript would print it; what is no number is a string.
    public mutating func number(_ number: Double, shortest: @autoclosure () -> String) {
        if number.isNaN { return raw("\"NaN\"") }
        // Most numbers are whole, and these are exact.
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53, whole != 0 { return integer(whole) }
        if number.isInfinite { return raw(number < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
        raw(DecimalNumber(shortest()).javaScript.utf8)
    }

    /// Appends bytes in base 64, with padding.
    public mutating func base64(_ content: UnsafeRawBufferPointer) {
        raw("\"")
        var index = 0
        while index < content.count {
            let rest = min(3, content.count - index)
            var group: UInt32 = 0
            for place in 0..<3 { group = group << 8 | (place < rest ? UInt32(content[index + place]) : 0) }
            for place in 0..<4 {
                let digit = Self.base64Digits[Int(group >> UInt32(18 - 6 * place) & 63)]
                bytes.append(place <= rest ? digit : UInt8(ascii: "="))
            }
            index += 3
        }
        raw("\"")
    }

    private static let hex = Array("0123456789abcdef".utf8)
    private static let base64Digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}

extension UnsafeRawBufferPointer {
    fileprivate var isPlainASCII: Bool {
        var place = 0
        while place + 8 <= count {
            if loadUnaligned(fromByteOffset: place, as: UInt64.self).hasByteToEscape { return false }
            place += 8
        }
        while place < count {
            let byte = self[place]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
            place += 1
        }
        return true
    }
}

extension UInt64 {
    /// Whether one of the eight bytes is a control character, a quote, a backslash or not ASCII.
    ///
    /// Subtracting from all bytes at once borrows into the high bit of those that are below (Hacker's Delight, 6-1).
    fileprivate var hasByteToEscape: Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = self ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = self ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let found =
            ((self &- ones &* 0x20) & ~self) | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return (found | self) & (ones &* 0x80) != 0
    }
}

/// A finite number taken apart into digits and exponent, to be written the way JavaScript does.
private struct DecimalNumber {
    let isNegative: Bool
    /// Significant digits without leading or trailing zeros; empty for zero.
    let digits: [UInt8]
    /// The decimal point stands this many digits after the first digit's left side.
    let point: Int

    /// Reads Swift's shortest description, such as `-1.5e-07` or `12.0`.
    init(_ description: String) {
        var text = Substring(description)
        isNegative = text.first == "-"
        if isNegative { text.removeFirst() }
        let parts = text.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var digits = Array(mantissa[0].utf8) + (mantissa.count > 1 ? Array(mantissa[1].utf8) : [])
        var point = mantissa[0].utf8.count + exponent
        while digits.first == UInt8(ascii: "0") {
            digits.removeFirst()
            point -= 1
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        self.digits = digits
        self.point = point
    }

    var javaScript: String {
        guard !digits.isEmpty else { return isNegative ? "-0" : "0" }
        return (isNegative ? "-" : "") + magnitude
    }

    private var magnitude: String {
        let text = String(decoding: digits, as: UTF8.self)
        if point > 21 || point <= -6 {
            let fraction = digits.count > 1 ? "." + text.dropFirst() : ""
            let exponent = point - 1
            return "\(text.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
        }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + text }
        if digits.count <= point { return text + String(repeating: "0", count: point - digits.count) }
        return "\(text.prefix(point)).\(text.dropFirst(point))"
    }
}
