/// A date as text, in one of the forms that programs export.
///
/// A date without a zone is UTC.
struct DateText {
    private var rest: ArraySlice<UInt8>
    private var stamp = TimeStamp()

    /// Seconds since 1970; nil when it is none of the forms, or no day of the calendar.
    static func seconds(_ text: ArraySlice<UInt8>, order: DateOrder) -> Int64? {
        guard text.count <= 64 else { return nil }
        var parser = DateText(rest: text.trimmed)
        return parser.parse(order)
    }

    /// The first two numbers of a date like `01/02/2006`; nil for other forms.
    static func slashFields(_ text: ArraySlice<UInt8>) -> (first: Int, second: Int)? {
        guard text.count <= 64, text.contains(UInt8(ascii: "/")) else { return nil }
        var parser = DateText(rest: text.trimmed)
        guard let first = parser.number(1...2), parser.takes("/"), let second = parser.number(1...2), parser.takes("/"),
            parser.number(4...4) != nil
        else { return nil }
        return (first, second)
    }

    private mutating func parse(_ order: DateOrder) -> Int64? {
        guard let first = rest.first else { return nil }
        guard (0x30...0x39).contains(first) else { return parseMonthName() }
        let digits = rest.prefix { (0x30...0x39).contains($0) }.count
        guard let number = number(1...4) else { return nil }
        if digits == 4 {
            stamp.year = number
            return parseYearFirst()
        }
        guard digits <= 2 else { return nil }
        if takes("/") { return parseSlashes(number, order) }
        return takes("-") ? parseDayFirst(number) : nil
    }

    /// `2006-01-02`, with a time after a space or T, or as DB2 writes it.
    private mutating func parseYearFirst() -> Int64? {
        guard takes("-"), let month = number(2...2), takes("-"), let day = number(2...2) else { return nil }
        stamp.month = month
        stamp.day = day
        if takes("-") {
            guard parseTime(".", hourDigits: 2...2), rest.isEmpty else { return nil }
            return stamp.seconds
        }
        guard takes("T") || (!rest.isEmpty && takes(" ")) else { return finish() }
        guard parseTime(":", hourDigits: 2...2) else { return nil }
        return parseZone()
    }

    /// `01/02/2006` or `02/01/2006`.
    private mutating func parseSlashes(_ first: Int, _ order: DateOrder) -> Int64? {
        guard let second = number(1...2), takes("/"), let year = number(4...4) else { return nil }
        stamp.year = year
        (stamp.month, stamp.day) = order == .monthFirst ? (first, second) : (second, first)
        return parseOptionalTime()
    }

    /// `02-JAN-2006`, `02-Jan-06`, `02-01-2006` or `02-01-06`.
    private mutating func parseDayFirst(_ day: Int) -> Int64? {
        guard let month = number(2...2) ?? monthName(), takes("-") else { return nil }
        stamp.day = day
        stamp.month = month
        let digits = rest.prefix { (0x30...0x39).contains($0) }.count
        guard digits == 2 || digits == 4, let year = number(2...4) else { return nil }
        stamp.year = digits == 4 ? year : year >= 69 ? 1900 + year : 2000 + year
        return parseOptionalTime()
    }

    /// `Jan 02, 2006` or `January 02, 2006`.
    private mutating func parseMonthName() -> Int64? {
        guard let month = monthName(), takes(" "), let day = number(1...2), takes(","), takes(" "),
            let year = number(4...4)
        else { return nil }
        stamp.month = month
        stamp.day = day
        stamp.year = year
        return parseOptionalTime()
    }

    private mutating func parseOptionalTime() -> Int64? {
        if rest.isEmpty { return finish() }
        guard takes(" "), parseTime(":", hourDigits: 1...2) else { return nil }
        return finish()
    }

    private func finish() -> Int64? {
        rest.isEmpty ? stamp.seconds : nil
    }

    /// `15:04:05` with up to nine digits of a fraction, which is cut.
    private mutating func parseTime(_ separator: Unicode.Scalar, hourDigits: ClosedRange<Int>) -> Bool {
        guard let hour = number(hourDigits), takes(separator), let minute = number(2...2), takes(separator),
            let second = number(2...2)
        else { return false }
        (stamp.hour, stamp.minute, stamp.second) = (hour, minute, second)
        return !takes(".") || number(1...9) != nil
    }

    /// Nothing, `Z`, or an offset such as `-07:00`.
    private mutating func parseZone() -> Int64? {
        guard let local = stamp.seconds else { return nil }
        if rest.isEmpty || takes("Z") { return rest.isEmpty ? local : nil }
        let isEast = takes("+")
        guard isEast || takes("-"), let hours = number(2...2), takes(":"), let minutes = number(2...2), rest.isEmpty,
            hours < 24, minutes < 60
        else { return nil }
        let offset = Int64(hours * 3600 + minutes * 60)
        return isEast ? local - offset : local + offset
    }

    private mutating func takes(_ sign: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == sign.value else { return false }
        rest.removeFirst()
        return true
    }

    /// A number of as many digits; nil, and nothing is taken, when there are fewer or more.
    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        let found = rest.prefix { (0x30...0x39).contains($0) }
        guard digits.contains(found.count) else { return nil }
        rest.removeFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// A whole month name, or its first three letters.
    private mutating func monthName() -> Int? {
        let letters = rest.prefix { (0x41...0x5A).contains($0 & 0xDF) }
        let name = letters.map { $0 | 0x20 }
        let found = Self.months.firstIndex { month in
            month.utf8.elementsEqual(name) || (name.count == 3 && month.utf8.starts(with: name))
        }
        guard let found else { return nil }
        rest.removeFirst(letters.count)
        return found + 1
    }
}

extension ArraySlice<UInt8> {
    /// The bytes without ASCII white space at their ends.
    var trimmed: ArraySlice<UInt8> {
        var rest = self
        while let first = rest.first, Self.isBlank(first) { rest.removeFirst() }
        while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
        return rest
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
