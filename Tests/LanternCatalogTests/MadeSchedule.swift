import SeededNumbers
import WireForm

/// A schedule that somebody may have written, with what is to be made of it.
struct MadeSchedule {
    /// What five fields match.
    struct Cron {
        var minute: Set<Int>, hour: Set<Int>, dayOfMonth: Set<Int>, month: Set<Int>, dayOfWeek: Set<Int>
        var restrictsBothDays: Bool

        /// The first that matches, found by a look at every minute of every day.
        func firstMinute(after start: Int64) -> Int64 {
            var time = (start / 60 + 1) * 60
            while let date = CivilTime(unixSeconds: time) {
                let days = (dayOfMonth.contains(date.day), dayOfWeek.contains(Int(time / 86_400 + 4) % 7))
                if !month.contains(date.month) || !(restrictsBothDays ? days.0 || days.1 : days.0 && days.1) {
                    time = (time / 86_400 + 1) * 86_400
                } else if hour.contains(date.hour), minute.contains(date.minute) {
                    return time
                } else {
                    time += 60
                }
            }
            return time
        }
    }

    private(set) var written: String
    private(set) var stored: String
    private(set) var zone: String?
    private(set) var cron: Cron?

    init(using numbers: inout SeededGenerator) {
        if Int.random(in: 0..<5, using: &numbers) == 0 {
            let minutes = Int.random(in: 5...1440, using: &numbers)
            written =
                [
                    "\(minutes)m", "\(minutes / 60)h\(minutes % 60)m", "0\(minutes / 60) hours \(minutes % 60) Min",
                ][Int.random(in: 0..<3, using: &numbers)]
            stored = "\(minutes)m"
            return
        }
        let minute = Self.minute(using: &numbers)
        let hour = Self.field(0...23, using: &numbers)
        // Every month has the first 28 days, so that it does come.
        let dayOfMonth = Self.field(1...28, last: 31, using: &numbers)
        let month = Self.field(
            1...12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(separator: " "), using: &numbers)
        let dayOfWeek = Self.field(0...6, names: "sun mon tue wed thu fri sat".split(separator: " "), using: &numbers)
        let fields = [minute, hour, dayOfMonth, month, dayOfWeek]
        written = fields.map(\.written).joined(separator: Bool.random(using: &numbers) ? " " : " \t ")
        stored = fields.map(\.stored).joined(separator: " ")
        zone = [nil, nil, "Europe/Berlin", "America/New_York"][Int.random(in: 0..<4, using: &numbers)]
        if let zone {
            written = "\(Bool.random(using: &numbers) ? "CRON_" : "")TZ=\(zone) \(written)"
            stored = "TZ=\(zone) \(stored)"
        }
        cron = Cron(
            minute: minute.values, hour: hour.values, dayOfMonth: dayOfMonth.values, month: month.values,
            dayOfWeek: dayOfWeek.values,
            restrictsBothDays: !dayOfMonth.stored.hasPrefix("*") && !dayOfWeek.stored.hasPrefix("*"))
    }

    private typealias Field = (written: String, stored: String, values: Set<Int>)

    /// Minutes that are far enough apart.
    private static func minute(using numbers: inout SeededGenerator) -> Field {
        let step = [5, 6, 10, 12, 15, 20, 30][Int.random(in: 0..<7, using: &numbers)]
        let first = Int.random(in: 0..<step, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: return ("0\(first)", "\(first)", [first])
        case 1: return ("*/\(step)", "*/\(step)", Set(stride(from: 0, to: 60, by: step)))
        case 2: return ("\(first)/0\(step)", "\(first)/\(step)", Set(stride(from: first, to: 60, by: step)))
        default:
            return (
                "\(first + 30),\(first)-\(first + 20)/\(step)", "\(first + 30),\(first)-\(first + 20)/\(step)",
                Set(stride(from: first, through: first + 20, by: step)).union([first + 30])
            )
        }
    }

    private static func field(
        _ range: ClosedRange<Int>, last: Int? = nil, names: [Substring] = [], using numbers: inout SeededGenerator
    ) -> Field {
        let last = last ?? range.upperBound
        let step = Int.random(in: 1...3, using: &numbers)
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0, 1: return ("*", "*", Set(range.lowerBound...last))
        case 2: return ("*/\(step)", "*/\(step)", Set(stride(from: range.lowerBound, through: last, by: step)))
        default:
            var field: Field = ("", "", [])
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let ends = [Int.random(in: range, using: &numbers), Int.random(in: range, using: &numbers)].sorted()
                let written = ends.map { end in
                    guard !names.isEmpty, Bool.random(using: &numbers) else { return "0\(end)" }
                    return names[end - range.lowerBound].capitalized(using: &numbers)
                }
                let comma = field.written.isEmpty ? "" : ","
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0:
                    field.written += "\(comma)\(written[0])-\(written[1])"
                    field.stored += "\(comma)\(ends[0])-\(ends[1])"
                    field.values.formUnion(ends[0]...ends[1])
                case 1:
                    field.written += "\(comma)\(written[0])-\(written[1])/\(step)"
                    field.stored += "\(comma)\(ends[0])-\(ends[1])/\(step)"
                    field.values.formUnion(stride(from: ends[0], through: ends[1], by: step))
                case 2:
                    field.written += "\(comma)\(written[0])/\(step)"
                    field.stored += "\(comma)\(ends[0])/\(step)"
                    field.values.formUnion(stride(from: ends[0], through: last, by: step))
                default:
                    field.written += "\(comma)\(written[0])"
                    field.stored += "\(comma)\(ends[0])"
                    field.values.insert(ends[0])
                }
            }
            return field
        }
    }
}

extension Substring {
    fileprivate func capitalized(using numbers: inout SeededGenerator) -> String {
        Bool.random(using: &numbers) ? uppercased() : String(self)
    }
}
