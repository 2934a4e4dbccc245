import Foundation
import WireForm

/// A moment, to the millisecond, as APIs write it: `2024-05-06T07:08:09.123Z`.
package struct Timestamp: Sendable, Comparable, Hashable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(seconds: Int64) {
        self.init(milliseconds: seconds * 1000)
    }

    /// Reads RFC 3339, with or without a fraction, in UTC or with an offset.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20 else { return nil }
        let zoneStart = bytes[19...].firstIndex {
            [UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-")].contains($0)
        }
        guard let zoneStart else { return nil }
        let fraction = String(decoding: bytes[19..<zoneStart], as: UTF8.self)
        guard let offset = Self.offset(String(decoding: bytes[zoneStart...], as: UTF8.self)),
            let civil = CivilTime(rfc3339: String(decoding: bytes[..<19], as: UTF8.self) + fraction + "Z")
        else { return nil }
        let digits = (fraction.dropFirst() + "000").prefix(3)
        self.init(milliseconds: (civil.unixSeconds - offset) * 1000 + (Int64(digits) ?? 0))
    }

    /// The seconds of `Z`, `+02:00` or `-0730`.
    private static func offset(_ text: String) -> Int64? {
        if text == "Z" { return 0 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.count == 4, let number = Int64(digits) else { return nil }
        return (number / 100 * 60 + number % 100) * 60 * (text.hasPrefix("-") ? -1 : 1)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    package var seconds: Int64 { milliseconds / 1000 }

    package func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }

    /// The moment in UTC with three digits of fraction.
    package var text: String {
        guard let civil = CivilTime(unixSeconds: seconds) else { return "1970-01-01T00:00:00.000Z" }
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(civil.year, 4))-\(digits(civil.month, 2))-\(digits(civil.day, 2))T"
            + "\(digits(civil.hour, 2)):\(digits(civil.minute, 2)):\(digits(civil.second, 2))."
            + "\(digits(Int(milliseconds % 1000), 3))Z"
    }

    /// The moment as the `Date` header of HTTP has it.
    package var httpDate: String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let civil = CivilTime(unixSeconds: seconds) else { return "" }
        let iso = text
        let clock = iso.dropFirst(11).prefix(8)
        let day = civil.day < 10 ? "0\(civil.day)" : "\(civil.day)"
        return "\(days[Int(seconds / 86400 % 7)]), \(day) \(months[civil.month - 1]) \(civil.year) \(clock) GMT"
    }
}
