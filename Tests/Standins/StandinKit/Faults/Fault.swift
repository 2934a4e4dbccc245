package import WireForm

/// Something that goes wrong on purpose.
package struct Fault: Sendable {
    /// What goes wrong.
    package enum Effect: Sendable, Hashable {
        /// 429, to be tried again after some seconds.
        case rateLimit(seconds: Int)
        /// An error of the server or of what stands before it: 500, 502, 503, 504.
        case status(Int)
        /// The connection ends before the request is worked on.
        case dropRequest
        /// The request is worked on, and the connection ends before the answer.
        case dropAnswer
        /// The connection ends in the middle of the body.
        case cutBody
        case delay(milliseconds: Int)
        /// The credential of this request is refused, from now on if it is one that was issued for a time.
        case refuseToken
        /// The caller may not do this.
        case forbid
        /// The body is no JSON.
        case malformedJSON
        /// All cursors given out so far are refused.
        case expireCursors
        /// A list begins with the row that ended the page before.
        case repeatRow
        /// A list has no rows, yet says that there is more.
        case emptyPage
        /// Between this page and the next a row is added, one removed that was not shown, or one that was not shown is renamed.
        case insertRow, removeRow, renameRow
    }

    package let id: String
    package let pattern: RequestPattern
    /// A text that must stand in the query, such as `after=`.
    package let query: String?
    package let effect: Effect
    /// How many requests go well first.
    package let skip: Int
    /// Every n-th request after these fails.
    package let every: Int
    /// How often it happens; nil for ever.
    package let times: Int?

    package init(
        _ effect: Effect, on pattern: String, query: String? = nil, skip: Int = 0, every: Int = 1, times: Int? = 1,
        id: String = ""
    ) {
        self.effect = effect
        self.pattern = RequestPattern(pattern)
        self.query = query
        self.skip = skip
        self.every = every
        self.times = times
        self.id = id
    }
}

/// A fault that is described wrongly.
package struct WrongFault: Error, CustomStringConvertible {
    package let description: String
}

extension Fault {
    /// Reads `{"on": "GET /x", "effect": "rateLimit", "seconds": 2, "skip": 1, "every": 1, "times": 3}`; the README
    /// lists the effects.
    package init(_ json: JSONValue) throws {
        let known: Set = [
            "id", "on", "query", "effect", "seconds", "milliseconds", "status", "skip", "every", "times",
        ]
        for member in json.members where !known.contains(member.name) {
            throw WrongFault(description: "\(member.name): no such member of a fault")
        }
        guard let name = json["effect"]?.string else { throw WrongFault(description: "effect: is missing") }
        func number(_ name: String, _ other: Int) -> Int { json[name]?.integer.map { Int($0) } ?? other }
        self.init(
            try Self.effect(name, number), on: json["on"]?.string ?? "*", query: json["query"]?.string,
            skip: number("skip", 0), every: max(1, number("every", 1)),
            times: json["times"]?.isNull == true ? nil : number("times", 1), id: json["id"]?.string ?? "")
    }

    private static func effect(_ name: String, _ number: (String, Int) -> Int) throws -> Effect {
        switch name {
        case "rateLimit": return .rateLimit(seconds: number("seconds", 1))
        case "status": return .status(number("status", 500))
        case "delay": return .delay(milliseconds: number("milliseconds", 100))
        default:
            guard let effect = simple[name] else { throw WrongFault(description: "\(name): no such effect") }
            return effect
        }
    }

    private static let simple: [String: Effect] = [
        "dropRequest": .dropRequest, "dropAnswer": .dropAnswer, "cutBody": .cutBody, "refuseToken": .refuseToken,
        "forbid": .forbid, "malformedJSON": .malformedJSON, "expireCursors": .expireCursors, "repeatRow": .repeatRow,
        "emptyPage": .emptyPage, "insertRow": .insertRow, "removeRow": .removeRow, "renameRow": .renameRow,
    ]

    package var json: JSONValue {
        [
            "id": .string(id), "on": .string(pattern.description), "query": JSONValue(query),
            "effect": .string("\(effect)"), "skip": JSONValue(skip), "every": JSONValue(every),
            "times": times.map { JSONValue($0) } ?? .null,
        ]
    }
}
