#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Times and durations as sudoers writes them.
enum SudoersTime {
    /// The seconds of `1d2h3m4s` or of a plain number; nil when it is neither or more than 2^31 - 1.
    static func seconds(ofDuration text: [UInt8]) -> Int? {
        let units: [(UInt8, Int)] = [
            (.init(ascii: "d"), 86_400), (.init(ascii: "h"), 3_600), (.init(ascii: "m"), 60), (.init(ascii: "s"), 1),
        ]
        var total = 0
        var unit = 0
        var rest = text[...]
        repeat {
            guard let number = number(&rest) else { return nil }
            var factor = 1
            if let letter = rest.popFirst() {
                while unit < units.count, units[unit].0 != letter | 0x20 { unit += 1 }
                guard unit < units.count else { return nil }
                factor = units[unit].1
            }
            guard number <= Int(Int32.max) / factor, number * factor <= Int(Int32.max) - total else { return nil }
            total += number * factor
        } while !rest.isEmpty
        return total
    }

    private static func number(_ text: inout ArraySlice<UInt8>) -> Int? {
        while let first = text.first, first.isBlank { text.removeFirst() }
        if text.first == .init(ascii: "+") { text.removeFirst() }
        let digits = text.prefix(while: \.isDigit)
        text = text.dropFirst(digits.count)
        return decimal(digits)
    }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            value = value * 10 + Int(digit - .init(ascii: "0"))
            guard value <= Int(Int32.max) else { return nil }
        }
        return value
    }

    /// The Unix seconds of `yyyymmddHH[MM[SS]][.f](Z|±hh[mm])`; without a zone it is local time.
    static func time(_ text: [UInt8]) -> Int64? {
        let digits = text.prefix(while: \.isDigit)
        guard (10...14).contains(digits.count), digits.count.isMultiple(of: 2), let year = decimal(digits.prefix(4))
        else { return nil }
        var parts = [1, 1, 0, 0, 0]
        let pairs = (digits.count - 4) / 2
        for index in 0..<pairs {
            guard let value = decimal(digits[(4 + 2 * index)..<(6 + 2 * index)]) else { return nil }
            parts[index] = value
        }
        var rest = text.dropFirst(digits.count)
        addFraction(&rest, to: &parts, pairs: pairs)
        let seconds = unixSeconds(year: year, parts)
        let result = rest.isEmpty ? local(year: year, parts) : offset(rest).map { seconds - $0 }
        return result == -1 ? nil : result
    }

    /// One digit after a point or comma is a tenth of the last part.
    private static func addFraction(_ text: inout ArraySlice<UInt8>, to parts: inout [Int], pairs: Int) {
        guard let point = text.first, point == .init(ascii: ".") || point == .init(ascii: ","),
            let digit = text.dropFirst().first, digit.isDigit
        else { return }
        if pairs < 5 { parts[pairs] += 6 * Int(digit - .init(ascii: "0")) }
        text = text.dropFirst(2)
    }

    private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
        guard let sign = zone.first else { return nil }
        let digits = zone.dropFirst()
        if sign == .init(ascii: "Z") { return digits.isEmpty ? 0 : nil }
        guard sign == .init(ascii: "+") || sign == .init(ascii: "-"), digits.count == 2 || digits.count == 4,
            digits.allSatisfy(\.isDigit), let hours = decimal(digits.prefix(2))
        else { return nil }
        let minutes = decimal(digits.dropFirst(2)) ?? 0
        let seconds = Int64((hours * 60 + minutes) * 60)
        return sign == .init(ascii: "-") ? -seconds : seconds
    }

    private static func local(year: Int, _ parts: [Int]) -> Int64? {
        var fields = tm()
        fields.tm_year = Int32(year - 1900)
        fields.tm_mon = Int32(parts[0] - 1)
        fields.tm_mday = Int32(parts[1])
        fields.tm_hour = Int32(parts[2])
        fields.tm_min = Int32(parts[3])
        fields.tm_sec = Int32(parts[4])
        fields.tm_isdst = -1
        return Int64(mktime(&fields))
    }

    /// Months beyond 12, days beyond the month and so on run over into the next.
    private static func unixSeconds(year: Int, _ parts: [Int]) -> Int64 {
        let months = year * 12 + parts[0] - 1
        let days =
            daysBefore(year: floorDivide(months, 12), month: months - floorDivide(months, 12) * 12) + parts[1] - 1
        return Int64(((days * 24 + parts[2]) * 60 + parts[3]) * 60 + parts[4])
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    /// Days from 1970-01-01 to the first of a month, January being 0.
    private static func daysBefore(year: Int, month: Int) -> Int {
        let shifted = month < 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let monthFromMarch = (month + 10) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// `yyyymmddHHMMSSZ`.
    static func text(_ time: Int64) -> String {
        let days = floorDivide(Int(time), 86_400)
        let second = Int(time) - days * 86_400
        let (year, month, day) = date(days)
        let parts = [month, day, second / 3_600, second / 60 % 60, second % 60]
        return String(year).padded(to: 4) + parts.map { String($0).padded(to: 2) }.joined() + "Z"
    }

    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension String {
    fileprivate func padded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - utf8.count)) + self
    }
}
