import BatonWire
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads what an answer says of the application's rate limit.
enum RateLimitHeaders {
    private static let prefixes = ["X-Ratelimit-", "Ratelimit-", "X-RateLimit-Requests-", "X-Rate-Limit-"]

    /// The description that travels with pages and errors; nil when the answer says nothing.
    static func description(
        status: Int, fields: HeaderFields, now: Date
    ) -> C1_Connector_V2_RateLimitDescription? {
        var limit = first(of: "Limit", in: fields)
        var remaining = first(of: "Remaining", in: fields)
        let resets = (prefixes.map { $0 + "Reset" } + ["Retry-After"]).flatMap { fields.values(of: $0) }
        var reset = resets.lazy.compactMap { self.reset($0, now: now) }.first
        let isRefusal = status == 429
        guard isRefusal || limit != nil || remaining != nil || reset != nil else { return nil }
        if isRefusal {
            remaining = 0
            if reset == nil {
                limit = 1
                reset = now.addingTimeInterval(60)
            }
        }
        return .with {
            $0.limit = limit ?? 0
            $0.remaining = remaining ?? 0
            $0.status = isRefusal ? .overlimit : ((remaining ?? 0) > 0 ? .ok : .unspecified)
            if let reset { $0.resetAt = reset.timestamp }
        }
    }

    /// Whether the answer says how many requests are left.
    static func saysRemaining(_ fields: HeaderFields) -> Bool { first(of: "Remaining", in: fields) != nil }

    /// The fields about the limit, for a log.
    static func text(in fields: HeaderFields, _ redaction: Redaction) -> String {
        fields.filter { field in
            HeaderFields.same(field.name, "Retry-After")
                || prefixes.contains { field.name.lowercased().hasPrefix($0.lowercased()) }
        }.map { "\($0.name): \(redaction.line($0.value, limit: 60))" }.joined(separator: "; ")
    }

    private static func first(of name: String, in fields: HeaderFields) -> Int64? {
        for prefix in prefixes {
            if let value = fields[prefix + name] { return leadingNumber(value) }
        }
        return nil
    }

    /// The number a value begins with, such as 100 of `100, 100;w=60`.
    static func leadingNumber(_ text: String) -> Int64? {
        let digits = text.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int64(String(decoding: Array(digits), as: UTF8.self))
    }

    /// When the limit is lifted: seconds from now, seconds or milliseconds since 1970, or a date.
    static func reset(_ text: String, now: Date) -> Date? {
        let text = OneLine.text(text, limit: 64)
        if let number = leadingNumber(text), isWholeNumber(text) {
            let seconds = number > 946_080_000_000 ? number / 1000 : number
            // No limit is lifted later than that.
            guard seconds <= Date.latestSecond else { return nil }
            return seconds > 946_080_000
                ? Date(timeIntervalSince1970: Double(seconds)) : now.addingTimeInterval(Double(seconds))
        }
        guard let date = HTTPDate.parse(text, now: now) else { return nil }
        return (0...Double(Date.latestSecond)).contains(date.timeIntervalSince1970) ? date : nil
    }

    /// Whether nothing but a suffix follows the digits: a date may begin with a number, too.
    private static func isWholeNumber(_ text: String) -> Bool {
        let rest = text.utf8.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let next = rest.first else { return true }
        return ";,.".utf8.contains(next)
    }
}

extension Date {
    /// The last second of the year 9999, which is the last a timestamp can hold.
    fileprivate static let latestSecond: Int64 = 253_402_300_799

    /// The same instant on the wire, or the last there is when it is later.
    var timestamp: Google_Protobuf_Timestamp {
        let instant = min(timeIntervalSince1970, Double(Self.latestSecond))
        let whole = instant.rounded(.down)
        return .with {
            $0.seconds = Int64(whole)
            $0.nanos = Int32((instant - whole) * 1_000_000_000)
        }
    }
}

extension Google_Protobuf_Timestamp {
    /// The same instant in the program.
    var date: Date { Date(timeIntervalSince1970: Double(seconds) + Double(nanos) / 1_000_000_000) }
}
