import WireForm

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Reads the dates that HTTP headers carry: the three forms of RFC 9110, 5.6.7, and RFC 3339.
package enum HTTPDate {
    /// The instant; nil when `text` is no date.
    ///
    /// - Parameter now: what a year of two digits is counted from.
    package static func parse(_ text: String, now: Date) -> Date? {
        let text = OneLine.text(text, limit: 64)
        return timestamp(text) ?? named(text, now: now)
    }

    // Such as 2026-11-25T10:00:00.5+01:00.
    private static func timestamp(_ text: String) -> Date? {
        var scanner = ByteScanner(text)
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"), let day = scanner.number(digits: 2),
            scanner.take("T") || scanner.take("t") || scanner.take(" "), let time = time(&scanner)
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
        guard let offset = zone(&scanner), scanner.isAtEnd, let date = date(year, month, day, time) else { return nil }
        return date.addingTimeInterval(fraction - Double(offset))
    }

    // Such as Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT; Sun Nov  6 08:49:37 1994.
    private static func named(_ text: String, now: Date) -> Date? {
        let words = text.split { " ,-".contains($0) }
        guard words.count == 6 || words.count == 5, days.contains(where: { words[0].lowercased().hasPrefix($0) }) else {
            return nil
        }
        let isASCTime = words.count == 5
        if !isASCTime, !["gmt", "utc", "z"].contains(words[5].lowercased()) { return nil }
        let (dayWord, monthWord) = isASCTime ? (words[2], words[1]) : (words[1], words[2])
        let (yearWord, timeWord) = isASCTime ? (words[4], words[3]) : (words[3], words[4])
        var scanner = ByteScanner(timeWord)
        guard let day = number(dayWord, digits: 1...2), let month = months.firstIndex(of: monthWord.lowercased()),
            let time = time(&scanner), scanner.isAtEnd
        else { return nil }
        if let year = number(yearWord, digits: 4...4) { return date(year, month + 1, day, time) }
        guard let year = number(yearWord, digits: 2...2) else { return nil }
        return near(now, year) { date($0, month + 1, day, time) }
    }

    /// The latest date whose year ends in these two digits and that is no more than fifty years ahead.
    private static func near(_ now: Date, _ year: Int, _ date: (Int) -> Date?) -> Date? {
        guard let present = CivilTime(unixSeconds: Int64(now.timeIntervalSince1970)) else { return nil }
        let century = present.year / 100 * 100
        return [century + 100, century, century - 100].compactMap { date($0 + year) }
            .first { $0.timeIntervalSince(now) <= 18263 * 86400 }
    }

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private static func number(_ word: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(word.utf8.count) else { return nil }
        var scanner = ByteScanner(word)
        return scanner.number(digits: word.utf8.count)
    }

    private typealias Time = (hour: Int, minute: Int, second: Int)

    private static func time(_ scanner: inout ByteScanner) -> Time? {
        guard let hour = scanner.number(digits: 2), scanner.take(":"), let minute = scanner.number(digits: 2),
            scanner.take(":"), let second = scanner.number(digits: 2)
        else { return nil }
        return (hour, minute, second)
    }

    /// Seconds east of UTC: `Z`, `+01:00`.
    private static func zone(_ scanner: inout ByteScanner) -> Int? {
        if scanner.take("Z") || scanner.take("z") { return 0 }
        let sign = scanner.take("+") ? 1 : (scanner.take("-") ? -1 : 0)
        guard sign != 0, let hours = scanner.number(digits: 2), scanner.take(":"),
            let minutes = scanner.number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    /// A leap second counts as the one before.
    private static func date(_ year: Int, _ month: Int, _ day: Int, _ time: Time) -> Date? {
        guard time.second <= 60 else { return nil }
        let civil = CivilTime(
            year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: min(time.second, 59))
        return civil.map { Date(timeIntervalSince1970: Double($0.unixSeconds)) }
    }
}
