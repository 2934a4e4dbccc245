import AccessModel

/// When a data source is looked at: every so many minutes, or by a cron expression.
public struct Schedule: Sendable, Equatable, CustomStringConvertible {
    private enum Rule: Sendable, Equatable {
        case interval(minutes: Int64)
        case cron(CronExpression)
    }

    /// Every hour, which is what a new data source gets.
    public static let hourly = Schedule(.interval(minutes: 60))

    private static let firstSecondAfter9999: Int64 = 253_402_300_800

    private let rule: Rule
    /// As it is stored and shown again; reading it makes the same schedule.
    public let text: String

    private init(_ rule: Rule) {
        self.rule = rule
        switch rule {
        case .interval(let minutes): text = "\(minutes)m"
        case .cron(let expression): text = expression.text
        }
    }

    /// Reads what somebody wrote; nothing at all is hourly.
    ///
    /// That is an interval such as `15m`, `2h`, `90 minutes`, `1h30m` or `1d`; or five fields of cron, `@hourly`,
    /// `@daily`, `@midnight` or `@weekly`, in UTC unless `TZ=Europe/Berlin` or `CRON_TZ=Europe/Berlin` goes before.
    ///
    /// - Throws: ``CatalogError`` when it is neither; when an interval isn't between 5 minutes and 24 hours; when cron
    ///   comes more often than every 5 minutes, or never.
    public init(_ text: String) throws(CatalogError) {
        guard text.utf8.count <= 500 else {
            throw .schedule("is longer than 500 bytes. Write it shorter, with ranges and steps.")
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        if words.isEmpty {
            self = .hourly
        } else if let minutes = try Self.minutes(of: words.joined(separator: " ")) {
            self.init(.interval(minutes: minutes))
        } else {
            self.init(.cron(try CronExpression(words)))
        }
    }

    /// For a person: `every hour`, `every 15 minutes`, `at 0 6 * * 1-5 (Europe/Berlin)`.
    public var description: String {
        switch rule {
        case .interval(minutes: 24 * 60): "every day"
        case .interval(minutes: 60): "every hour"
        case .interval(let minutes) where minutes % 60 == 0: "every \(minutes / 60) hours"
        case .interval(let minutes): "every \(minutes) minutes"
        case .cron(let expression): "at \(expression.fields) (\(expression.zoneName))"
        }
    }

    /// The first time after `time`, in seconds since 1970, at which the data source is due.
    ///
    /// Times before 1970 and after 9999 count as the nearest ones within. What isn't due before the year 10000 is due
    /// when that begins.
    ///
    /// - Parameter anchor: When the data source was made. Intervals are counted from there, so that data sources made
    ///   at different times are not all looked at at once.
    public func next(after time: Int64, anchor: Int64) -> Int64 {
        let time = min(max(time, -1), Self.firstSecondAfter9999 - 1)
        let next: Int64?
        switch rule {
        case .interval(let minutes):
            let length = minutes * 60
            next = time + length - (time - anchor % length).remainder(of: length)
        case .cron(let expression):
            next = expression.next(after: time)
        }
        return min(next ?? .max, Self.firstSecondAfter9999)
    }

    /// The minutes of an interval; nil when the text isn't built like one.
    private static func minutes(of text: String) throws(CatalogError) -> Int64? {
        var rest = text.lowercased()[...]
        var sum: Int64 = 0
        var smallest = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...].drop { $0 == " " }
            let unit = rest.prefix { $0.isLetter }
            rest = rest[unit.endIndex...].drop { $0 == " " }
            guard !digits.isEmpty, !unit.isEmpty else { return nil }
            let length: Int64? =
                switch unit {
                case "m", "min", "mins", "minute", "minutes": 1
                case "h", "hr", "hrs", "hour", "hours": 60
                case "d", "day", "days": 24 * 60
                default: nil
                }
            guard let length, length < smallest else {
                throw .schedule("\(quoted(text)) is no interval. Write 15m, 2h, 1h30m or 1d.")
            }
            smallest = length
            // No more than this counts, and so none of it overflows.
            sum += min(Int64(digits) ?? .max, 24 * 60 + 1) * length
        }
        guard (5...24 * 60).contains(sum) else {
            throw .schedule("\(quoted(text)) is outside 5 minutes to 24 hours. Write it like 15m, 2h or 1h30m.")
        }
        return sum
    }

    /// The text in quotes, cut, and without what could steer a terminal.
    static func quoted(_ text: some StringProtocol) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(60) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                shown.append("\u{FFFD}")
            default: shown.append(scalar)
            }
        }
        return "\"\(String(shown))\(text.unicodeScalars.dropFirst(60).isEmpty ? "" : "…")\""
    }
}

extension CatalogError {
    /// What is wrong with the text of a schedule.
    static func schedule(_ problem: String) -> CatalogError {
        CatalogError(.invalidArgument, "schedule: \(problem)")
    }
}
