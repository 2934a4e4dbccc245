/// A date as spreadsheet programs count it: days, with the time as fraction.
struct SerialDate {
    /// Milliseconds since 1970, UTC.
    let milliseconds: Int

    private let hasDay: Bool

    /// Nil when the number is before or after all dates, or is the 29th of February 1900, which never was.
    init?(_ serial: Double, is1904: Bool) {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        let day = Int(serial)
        // Programs count 1900 as a leap year, so that only later numbers are one too high.
        guard is1904 || day != 60 else { return nil }
        let shift = is1904 ? 24_107 : day < 60 ? 25_568 : 25_569
        hasDay = day > 0 || is1904
        milliseconds = Int(((serial - Double(shift)) * 86_400_000).rounded())
    }

    /// The date like `2006-01-02 15:04:05`; only the day or the time when the number has no more.
    var text: String {
        let stamp = TimeStamp(milliseconds: milliseconds)
        if !hasDay { return stamp.timeText }
        return milliseconds % 86_400_000 == 0 ? stamp.dayText : "\(stamp.dayText) \(stamp.timeText)"
    }
}
