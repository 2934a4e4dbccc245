import AccessModel
import Foundation
import WireForm

/// Five fields of cron, and the time zone in which they are meant.
struct CronExpression: Sendable, Equatable {
    private let minute: CronField
    private let hour: CronField
    private let dayOfMonth: CronField
    private let month: CronField
    private let dayOfWeek: CronField
    private let timeZone: TimeZone
    /// The time zone as it was written; `UTC` when none was.
    let zoneName: String

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    ]

    /// Reads the words of an expression: perhaps a time zone, and then the five fields or a nickname for them.
    init(_ words: [Substring]) throws(CatalogError) {
        var words = words[...]
        let prefix = ["TZ=", "CRON_TZ="].first { words.first?.hasPrefix($0) ?? false }
        let zone = prefix.map { words.removeFirst().dropFirst($0.count) } ?? "UTC"
        (zoneName, timeZone) = try Self.timeZone(named: zone)
        if words.count == 1, let nickname = words.first, nickname.hasPrefix("@") {
            guard let fields = Self.nicknames[nickname.lowercased()] else {
                throw .schedule("\(Schedule.quoted(nickname)) is unknown. Write @hourly, @daily or @weekly.")
            }
            words = fields.split(separator: " ")[...]
        }
        guard words.count == 5 else {
            let text = Schedule.quoted(words.joined(separator: " "))
            let known = prefix == nil ? "neither an interval nor five fields of cron" : "not five fields of cron"
            throw .schedule(
                "\(text) is \(known). Write \(prefix == nil ? "15m, 2h or 1h30m; or " : "")minute, hour, day of month, "
                    + "month and day of week, as in 0 6 * * 1-5.")
        }
        minute = try CronField(words.removeFirst(), of: .minute)
        hour = try CronField(words.removeFirst(), of: .hour)
        dayOfMonth = try CronField(words.removeFirst(), of: .dayOfMonth)
        month = try CronField(words.removeFirst(), of: .month)
        dayOfWeek = try CronField(words.removeFirst(), of: .dayOfWeek)
        guard smallestGap >= 5 else {
            throw .schedule(
                "\(Schedule.quoted(fields)) comes more often than every 5 minutes. "
                    + "Write minutes further apart, as in */15.")
        }
        guard everComes else {
            throw .schedule("\(Schedule.quoted(fields)) never comes. Write days that the months have.")
        }
    }

    /// The fields as cron wants them, with numbers for names.
    var fields: String {
        [minute, hour, dayOfMonth, month, dayOfWeek].map(\.text).joined(separator: " ")
    }

    /// The whole expression.
    var text: String { zoneName == "UTC" ? fields : "TZ=\(zoneName) \(fields)" }

    /// Abbreviations aren't taken: BST is in London for one and in Dhaka for another.
    private static func timeZone(named name: Substring) throws(CatalogError) -> (String, TimeZone) {
        if name.uppercased() == "UTC" { return ("UTC", .gmt) }
        guard name.utf8.count <= 64, name.contains("/"), let zone = TimeZone(identifier: String(name)) else {
            throw .schedule("\(Schedule.quoted(name)) is no time zone. Write UTC, or one like Europe/Berlin.")
        }
        return (String(name), zone)
    }

    /// The fewest minutes from one time to the next, also from one hour into the one after.
    private var smallestGap: Int {
        let minutes = (0..<60).filter { minute.contains($0) }
        var gaps = zip(minutes, minutes.dropFirst()).map { $1 - $0 }
        if (0..<24).contains(where: { hour.contains($0) && hour.contains(($0 + 1) % 24) }) {
            gaps.append((minutes.first ?? 0) + 60 - (minutes.last ?? 0))
        }
        return gaps.min() ?? 60
    }

    private var everComes: Bool {
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return eitherDayMatches
            || zip(1..., lengths).contains { month.contains($0) && (dayOfMonth.first(from: 1) ?? 32) <= $1 }
    }

    /// Whether a day needs only one of day of month and day of week, as Vixie cron has it when both are restricted.
    private var eitherDayMatches: Bool { !dayOfMonth.beginsWithStar && !dayOfWeek.beginsWithStar }

    // MARK: - Times

    /// The first time after this one at which it comes, in seconds since 1970; nil when there is none before the
    /// year 10000.
    ///
    /// A local time that a change of the clock skips comes when the clock has changed; one that it repeats comes once,
    /// the first time.
    func next(after time: Int64) -> Int64? {
        let local = time + offset(at: time)
        let timeOfDay = local.remainder(of: 86_400)
        var midnight = local - timeOfDay
        var earliest = Int(timeOfDay / 60) + 1
        while let date = CivilTime(unixSeconds: midnight) {
            if matches(date) {
                while let minuteOfDay = firstMinute(from: earliest) {
                    let found = self.time(ofLocal: midnight + Int64(minuteOfDay) * 60)
                    if found > time { return found }
                    earliest = minuteOfDay + 1
                }
            }
            midnight += 86_400
            earliest = 0
        }
        return nil
    }

    private func matches(_ date: CivilTime) -> Bool {
        guard month.contains(date.month) else { return false }
        // 1970 began on a Thursday.
        let weekday = Int((date.unixSeconds / 86_400 + 4).remainder(of: 7))
        let matches = (dayOfMonth.contains(date.day), dayOfWeek.contains(weekday))
        return eitherDayMatches ? matches.0 || matches.1 : matches.0 && matches.1
    }

    private func firstMinute(from earliest: Int) -> Int? {
        guard let hour = hour.first(from: earliest / 60) else { return nil }
        if hour == earliest / 60 {
            if let minute = minute.first(from: earliest % 60) { return hour * 60 + minute }
            return firstMinute(from: (hour + 1) * 60)
        }
        return minute.first(from: 0).map { hour * 60 + $0 }
    }

    /// When clocks in the time zone show this, given as though they were in UTC.
    private func time(ofLocal local: Int64) -> Int64 {
        // No clock is as far from UTC as that, so a change that matters is between the two.
        let before = offset(at: local - 16 * 3600)
        let after = offset(at: local + 16 * 3600)
        let (early, late) = (local - before, local - after)
        if offset(at: early) == before { return early }
        if offset(at: late) == after { return late }
        var (skipped, passed) = (min(early, late), max(early, late))
        while passed - skipped > 1 {
            let middle = skipped + (passed - skipped) / 2
            if offset(at: middle) == before { skipped = middle } else { passed = middle }
        }
        return passed
    }

    private func offset(at time: Int64) -> Int64 {
        Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(time))))
    }
}

extension Int64 {
    /// What is left after division by a positive number: never negative.
    func remainder(of divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
