import SwiftProtobuf

/// Times as directories write them.
enum DirectoryTime {
    /// A generalized time such as `20260131235959Z`, also with a fraction or a distance from UTC; nil for anything else.
    static func generalized(_ text: String) -> Google_Protobuf_Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 15, let digits = numbers(in: bytes[..<14]) else { return nil }
        let (year, month, day) = (digits[0] * 100 + digits[1], digits[2], digits[3])
        guard (1...12).contains(month), day >= 1, day <= length(ofMonth: month, in: year), digits[4] < 24,
            digits[5] < 60, digits[6] < 60
        else { return nil }
        var rest = bytes[14...]
        guard let nanos = fraction(from: &rest), let distance = zone(rest) else { return nil }
        let days = daysSince1970(year, month, day)
        let seconds = Int64(days * 86_400 + digits[4] * 3600 + digits[5] * 60 + digits[6]) - distance
        return Google_Protobuf_Timestamp(seconds: seconds, nanos: nanos)
    }

    /// A number of 100 ns since the year 1601, as Active Directory counts; nil for anything else, and for "never".
    static func windows(_ text: String) -> Google_Protobuf_Timestamp? {
        guard let ticks = Int64(text), ticks > 0, ticks < Int64.max else { return nil }
        return Google_Protobuf_Timestamp(seconds: ticks / 10_000_000 - 11_644_473_600)
    }

    /// Pairs of digits as numbers.
    private static func numbers(in digits: ArraySlice<UInt8>) -> [Int]? {
        guard digits.allSatisfy(isDigit) else { return nil }
        let values = digits.map { Int($0) - 48 }
        return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] * 10 + values[$0 + 1] }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Takes a fraction of a second away, if there is one.
    private static func fraction(from rest: inout ArraySlice<UInt8>) -> Int32? {
        guard let mark = rest.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") else { return 0 }
        let digits = rest.dropFirst().prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest[digits.endIndex...]
        let nanos = digits.prefix(9).reduce(0) { $0 * 10 + Int32($1 - 48) }
        return (digits.count..<max(9, digits.count)).reduce(nanos) { number, _ in number * 10 }
    }

    /// How many seconds a zone is ahead of UTC.
    private static func zone(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        guard text.count == 5, let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let parts = numbers(in: text.dropFirst()), parts[0] <= 24, parts[1] < 60
        else { return nil }
        let distance = Int64(parts[0] * 3600 + parts[1] * 60)
        return sign == UInt8(ascii: "+") ? distance : -distance
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the Gregorian calendar, counted in years that begin in March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
