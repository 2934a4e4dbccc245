import AccessModel

/// One field of a cron expression: the values that match.
struct CronField: Sendable, Equatable {
    /// What a field counts.
    struct Unit {
        let name: String
        let values: ClosedRange<Int>
        var words: [String] = []
        let example: String

        static let minute = Unit(name: "minute", values: 0...59, example: "0,30 or */15")
        static let hour = Unit(name: "hour", values: 0...23, example: "6,18 or 8-17")
        static let dayOfMonth = Unit(name: "day of month", values: 1...31, example: "1,15 or 1-7")
        static let month = Unit(
            name: "month", values: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
            example: "1,7 or jan-mar")
        static let dayOfWeek = Unit(
            name: "day of week", values: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
            example: "1-5 or sat,sun")

        /// How many values differ, which for days of the week are fewer than can be written.
        var count: Int { values == 0...7 ? 7 : values.count }
    }

    /// As it was written, with numbers for names.
    let text: String
    /// Whether it restricts nothing in the eyes of Vixie cron, although `*/2` does.
    let beginsWithStar: Bool
    private let bits: UInt64

    /// Reads a list of `*`, values and ranges, each perhaps with a step.
    init(_ text: Substring, of unit: Unit) throws(CatalogError) {
        var bits: UInt64 = 0
        var members: [String] = []
        for member in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let (values, text) = Self.values(of: member, unit) else {
                let (wrong, range) = (Schedule.quoted(member.isEmpty ? text : member), unit.values)
                throw .schedule(
                    "\(wrong) is no \(unit.name). Write * or numbers from \(range.lowerBound) to "
                        + "\(range.upperBound), as in \(unit.example).")
            }
            for value in values { bits |= 1 << UInt64(unit.count == 7 ? value % 7 : value) }
            members.append(text)
        }
        self.bits = bits
        self.text = members.joined(separator: ",")
        beginsWithStar = text.hasPrefix("*")
    }

    /// Whether the value matches.
    func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    /// The smallest value that matches and isn't smaller than this.
    func first(from value: Int) -> Int? {
        let rest = bits & (UInt64.max << UInt64(value))
        return rest == 0 ? nil : rest.trailingZeroBitCount
    }

    /// The values of one member of the list, and how it is written; nil when it isn't one.
    private static func values(of member: Substring, _ unit: Unit) -> (values: StrideThrough<Int>, text: String)? {
        let parts = member.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let span = parts.first else { return nil }
        var step: Int?
        if parts.count == 2 {
            guard let number = number(parts[1]), (1...unit.count).contains(number) else { return nil }
            step = number
        }
        let suffix = step.map { "/\($0)" } ?? ""
        let (lowest, highest) = (unit.values.lowerBound, unit.values.lowerBound + unit.count - 1)
        if span == "*" { return (stride(from: lowest, through: highest, by: step ?? 1), "*\(suffix)") }
        let ends = span.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let start = ends.first, let first = value(start, unit) else { return nil }
        guard ends.count == 2 else {
            // A step without an end goes on to the largest value.
            let last = step == nil ? first : max(first, highest)
            let shown = unit.count == 7 && step == nil ? first % 7 : first
            return (stride(from: first, through: last, by: step ?? 1), "\(shown)\(suffix)")
        }
        guard var last = value(ends[1], unit) else { return nil }
        // A week that ends on a Sunday: fri-sun.
        if last == 0, first > 0, number(ends[1]) == nil { last = 7 }
        guard first <= last else { return nil }
        return (stride(from: first, through: last, by: step ?? 1), "\(first)-\(last)\(suffix)")
    }

    private static func value(_ text: Substring, _ unit: Unit) -> Int? {
        let value = number(text) ?? unit.words.firstIndex(of: text.lowercased()).map { $0 + unit.values.lowerBound }
        return value.flatMap { unit.values.contains($0) ? $0 : nil }
    }

    /// Only of ASCII digits, without a sign.
    private static func number(_ text: Substring) -> Int? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }
}
