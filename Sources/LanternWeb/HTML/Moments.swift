import WireForm

/// Times and numbers as people read them.
enum Moments {
    static func rfc3339(_ seconds: Int64) -> String? { CivilTime(unixSeconds: seconds)?.rfc3339() }

    /// How long ago a time was.
    static func ago(_ seconds: Int64, now: Int64) -> String {
        let past = now - seconds
        let units: [(Int64, String)] = [
            (365 * 86400, "year"), (30 * 86400, "month"), (86400, "day"), (3600, "hour"), (60, "minute"),
        ]
        guard let (length, name) = units.first(where: { abs(past) >= $0.0 }) else { return "just now" }
        let count = abs(past) / length
        let amount = "\(count) \(name)\(count == 1 ? "" : "s")"
        return past < 0 ? "in \(amount)" : "\(amount) ago"
    }

    static func grouped(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    static func size(_ bytes: Int64) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB"]
        var amount = Double(bytes)
        var unit = 0
        while amount >= 1000, unit < units.count - 1 {
            amount /= 1000
            unit += 1
        }
        let tenths = Int64((amount * 10).rounded())
        return unit == 0
            ? "\(bytes) bytes"
            : tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(tenths / 10) \(units[unit])"
    }
}
