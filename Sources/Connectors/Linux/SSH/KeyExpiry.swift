/// When a key stops to be accepted.
struct KeyExpiry: Sendable, Equatable {
    /// Unix seconds.
    let seconds: Int64

    /// Reads `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, taken as UTC whether a `Z` follows or not.
    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        if bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
        guard [8, 12, 14].contains(bytes.count), let number = bytes.decimal else { return nil }
        let digits = (0..<(14 - bytes.count)).reduce(number) { number, _ in number * 10 }
        let (date, time) = (digits / 1_000_000, digits % 1_000_000)
        let (month, day) = (date / 100 % 100, date % 100)
        let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100)
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else { return nil }
        seconds = Self.days(year: date / 10_000, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second
    }

    /// Days since 1970-01-01, counted in years that start in March so that leap days come last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension AuthorizedKey {
    /// Whether sshd refuses the key because it is too old.
    func hasExpired(at seconds: Int64) -> Bool {
        expires.flatMap(KeyExpiry.init).map { $0.seconds <= seconds } ?? false
    }
}
