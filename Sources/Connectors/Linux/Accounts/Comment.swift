/// The comment field of `passwd`, which holds a person's name, room and telephones.
struct Comment: Sendable, Equatable {
    let fullName: String
    let room: String
    let workPhone: String
    let homePhone: String

    /// Reads the field; `&` stands for the login with a capital.
    init(_ field: String, login: String) {
        let parts = field.split(separator: ",", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        let capital = login.prefix(1).uppercased() + login.dropFirst()
        fullName = (parts.first ?? "").split(separator: "&", omittingEmptySubsequences: false).joined(
            separator: capital)
        room = parts.count > 1 ? parts[1] : ""
        workPhone = parts.count > 2 ? parts[2] : ""
        homePhone = parts.count > 3 ? parts[3] : ""
    }
}

/// Days since 1970-01-01.
struct Day: Sendable, Comparable, CustomStringConvertible {
    let number: Int64

    /// The day of a moment in UTC.
    init(at seconds: Int64) { number = seconds >= 0 ? seconds / 86400 : (seconds + 1) / 86400 - 1 }

    init(_ number: Int64) { self.number = number }

    static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// `2026-11-24`.
    var description: String {
        // Days are counted in eras of 400 years that start on a first of March, so that leap days come last.
        let shifted = min(max(number, -719_468), 1_000_000_000) + 719_468
        let era = shifted / 146_097
        let day = shifted % 146_097
        let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        return "\(padded(civilYear, 4))-\(padded(civilMonth, 2))-\(padded(date, 2))"
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
