#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads the dates that HTTP headers carry: RFC 1123, RFC 850, asctime and RFC 3339.
enum HTTPDate {
    static func parse(_ text: String) -> Date? {
        let text = OneLine.text(text, limit: 64)
        return timestamp(text) ?? named(text)
    }

    // Such as 2026-11-25T10:00:00.5+01:00.
    private static func timestamp(_ text: String) -> Date? {
        var scanner = ByteScanner(text)
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"), let day = scanner.number(digits: 2),
            scanner.take("T") || scanner.take("t") || scanner.take(" "),
            let hour = scanner.number(digits: 2), scanner.take(":"), let minute = scanner.number(digits: 2),
            scanner.take(":"), let second = scanner.number(digits: 2)
        else { return nil }
        var fraction = 0.0
        if scanner.take(".") {
            var scale = 0.1
            guard let first = scanner.number(digits: 1) else { return nil }
            fraction = Double(first) * scale
            while let digit = scanner.number(digits: 1) {
                scale /= 10
                fraction += Double(digit) * scale
            }
        }
        guard let offset = scanner.zone(), scanner.isAtEnd,
            let seconds = seconds(year, month, day, hour, minute, second)
        else { return nil }
        return Date(timeIntervalSince1970: Double(seconds - offset) + fraction)
    }

    // Such as Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT; Sun Nov  6 08:49:37 1994.
    private static func named(_ text: String) -> Date? {
        let words = text.split { " ,-".contains($0) }
        guard words.count == 6 || words.count == 5, days.contains(where: { words[0].lowercased().hasPrefix($0) }) else {
            return nil
        }
        let isASCTime = words.count == 5
        if !isASCTime, !["gmt", "utc", "z"].contains(words[5].lowercased()) { return nil }
        let (dayWord, monthWord) = isASCTime ? (words[2], words[1]) : (words[1], words[2])
        let (yearWord, timeWord) = isASCTime ? (words[4], words[3]) : (words[3], words[4])
        var scanner = ByteScanner(String(timeWord))
        guard let day = number(dayWord), let month = months.firstIndex(of: monthWord.lowercased()),
            var year = number(yearWord), yearWord.count == 4 || yearWord.count == 2,
            let hour = scanner.number(digits: 2), scanner.take(":"), let minute = scanner.number(digits: 2),
            scanner.take(":"), let second = scanner.number(digits: 2), scanner.isAtEnd
        else { return nil }
        if yearWord.count == 2 { year += year >= 69 ? 1900 : 2000 }
        return seconds(year, month + 1, day, hour, minute, second).map { Date(timeIntervalSince1970: Double($0)) }
    }

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private static func number(_ word: Substring) -> Int? {
        word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && word.utf8.count <= 4
            ? Int(word) : nil
    }

    /// Seconds since 1970 of a date of the Gregorian calendar; a leap second counts as the one before.
    private static func seconds(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int
    ) -> Int? {
        guard (1...12).contains(month), (1...daysInMonth(month, of: year)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let shiftedYear = month > 2 ? year : year - 1
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let wholeDays = era * 146_097 + dayOfEra - 719_468
        return wholeDays * 86400 + hour * 3600 + minute * 60 + min(second, 59)
    }

    private static func daysInMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

/// Reads digits and marks from the front of a text.
struct ByteScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) {
        rest = Array(text.utf8)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Character) -> Bool {
        guard let byte = rest.first, character.asciiValue == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func number(digits count: Int) -> Int? {
        guard rest.count >= count else { return nil }
        var value = 0
        for byte in rest.prefix(count) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        rest = rest.dropFirst(count)
        return value
    }

    /// Seconds east of UTC: `Z`, `+01:00`.
    mutating func zone() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign = take("+") ? 1 : (take("-") ? -1 : 0)
        guard sign != 0, let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24,
            minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
