/// A point in time as a calendar shows it, UTC.
struct TimeStamp {
    var year = 1970
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var millisecond = 0

    init() {}

    init(milliseconds: Int) {
        let days = milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
        var rest = milliseconds - days * 86_400_000
        millisecond = rest % 1000
        rest /= 1000
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        (year, month, day) = Self.date(ofDay: days)
    }

    /// Seconds since 1970; nil when there is no such day or time.
    var seconds: Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        return Int64(Self.day(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
    }

    var dayText: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

    var timeText: String {
        let time = "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))"
        return millisecond == 0 ? time : "\(time).\(Self.padded(millisecond, 3))"
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The days from the beginning of year 1 to that of `year`.
    private static func days(before year: Int) -> Int {
        let years = year - 1
        return years * 365 + years / 4 - years / 100 + years / 400
    }

    private static let epoch = days(before: 1970)

    /// The day of a date, counted from 1970.
    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
        var days = days(before: year) - epoch + day - 1
        for earlier in 1..<month { days += Self.days(in: earlier, of: year) }
        return days
    }

    /// The date of a day that is counted from 1970, from year 1 on.
    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        var rest = day + epoch
        var year = rest / 366 + 1
        while days(before: year + 1) <= rest { year += 1 }
        rest -= days(before: year)
        var month = 1
        while rest >= days(in: month, of: year) {
            rest -= days(in: month, of: year)
            month += 1
        }
        return (year, month, rest + 1)
    }
}
