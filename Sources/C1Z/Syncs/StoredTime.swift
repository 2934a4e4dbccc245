import WireForm

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A point in time as c1z files write it: `YYYY-MM-DD HH:MM:SS.fraction` without a zone, taken as UTC (c1z-v1 §3.2).
public struct StoredTime: Sendable, Comparable {
    /// Seconds since 1970.
    public let seconds: Int64
    /// Nanoseconds of the second.
    public let nanos: Int32

    /// A time.
    public init(seconds: Int64, nanos: Int32) {
        self.seconds = seconds
        self.nanos = nanos
    }

    /// Reads any form that a writer of the ecosystem has used; nil when it is none.
    public init?(_ text: String) {
        var reader = TimeReader(Array(text.utf8))
        guard let time = reader.read() else { return nil }
        self = time
    }

    /// The stored form, trailing zeros of the fraction left out.
    public var stored: String {
        guard let civil = CivilTime(unixSeconds: seconds) else { return "" }
        return "\(civil.date) \(civil.timeOfDay)\(fraction)"
    }

    /// RFC 3339 in UTC, in whole seconds.
    public var rfc3339: String { CivilTime(unixSeconds: seconds)?.rfc3339() ?? "" }

    private var fraction: String {
        guard nanos != 0 else { return "" }
        var digits = Substring(String(1_000_000_000 + Int(nanos)).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return ".\(digits)"
    }

    /// Earlier is less.
    public static func < (left: StoredTime, right: StoredTime) -> Bool {
        (left.seconds, left.nanos) < (right.seconds, right.nanos)
    }
}

/// Reads date, time, fraction and offset, each with what the Go driver tolerates.
private struct TimeReader {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    mutating func read() -> StoredTime? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2) else { return nil }
        guard position < text.count else { return time(year, month, day, 0, 0, 0, 0, 0) }
        guard skip(" ") || skip("T") else { return nil }
        guard let hour = digits(2), skip(":"), let minute = digits(2) else { return nil }
        var second = 0
        var nanos = 0
        if skip(":") {
            guard let whole = digits(2) else { return nil }
            second = whole
            if skip(".") { nanos = fraction() }
        }
        guard let offset = offset() else { return nil }
        return time(year, month, day, hour, minute, second, nanos, offset)
    }

    private func time(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int, _ nanos: Int, _ offset: Int
    ) -> StoredTime? {
        CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second).map {
            StoredTime(seconds: $0.unixSeconds - Int64(offset), nanos: Int32(nanos))
        }
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard position + count <= text.count else { return nil }
        var number = 0
        for byte in text[position..<(position + count)] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        position += count
        return number
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Up to nine digits as nanoseconds; more are ignored.
    private mutating func fraction() -> Int {
        var nanos = 0
        var count = 0
        while let digit = digits(1) {
            if count < 9 { nanos = nanos * 10 + digit }
            count += 1
        }
        for _ in min(count, 9)..<9 { nanos *= 10 }
        return nanos
    }

    /// Seconds east of UTC: `Z`, `±HH:MM` or `±HHMM`, with what Go's time.String() puts around it.
    private mutating func offset() -> Int? {
        _ = skip(" ")
        if position == text.count || skip("Z") { return 0 }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = digits(2) else { return nil }
        _ = skip(":")
        guard let minutes = digits(2) else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}

extension StoredTime {
    /// The time of the system's clock.
    public static func now() -> StoredTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return StoredTime(seconds: Int64(time.tv_sec), nanos: Int32(time.tv_nsec))
    }
}
