import AccessModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An answer that needn't be asked for again for a while.
struct KeptAnswer: Sendable {
    let answer: WireAnswer
    let address: WebAddress
    /// Until when it needs no question, in the clock's uptime.
    let freshUntil: Duration

    private var entityTag: String? { answer.fields["ETag"] }
    private var lastModified: String? { answer.fields["Last-Modified"] }

    /// Whether the application can be asked if it still holds.
    var canBeValidated: Bool { entityTag != nil || lastModified != nil }

    /// The bytes it takes up.
    var size: Int {
        answer.body.count + answer.fields.reduce(256) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }

    /// The fields of a request with the question whether this one still holds.
    func validating(_ fields: HeaderFields) -> HeaderFields {
        var fields = fields
        if let entityTag {
            fields["If-None-Match"] = entityTag
        } else if let lastModified {
            fields["If-Modified-Since"] = lastModified
        }
        return fields
    }

    /// The answer after the application said that it holds, with `fields`.
    func renewed(by fields: HeaderFields) -> WireAnswer {
        var renewed = answer.fields
        for name in ["Cache-Control", "ETag", "Last-Modified"] {
            if let value = fields[name] { renewed[name] = value }
        }
        return WireAnswer(status: answer.status, fields: renewed, body: answer.body)
    }
}

/// Where kept answers lie.
protocol AnswerStore: Sendable {
    /// How often it was cleared.
    var generation: Int { get async }

    /// The answer under a key.
    func answer(_ key: ByteKey) async -> KeptAnswer?

    /// Puts an answer in place of another, and drops those not used for long when there is no room.
    ///
    /// - Parameter generation: when the answer was asked for; after a clearing it isn't kept.
    func put(_ answer: KeptAnswer, _ key: ByteKey, since generation: Int) async

    /// Drops an answer.
    func remove(_ key: ByteKey) async

    /// Drops all.
    func clear() async
}
