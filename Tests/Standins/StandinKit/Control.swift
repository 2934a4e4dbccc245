package import WireForm

/// What every stand-in can be told over HTTP, below `/standin/`: faults, journal, clock.
package struct Control: Sendable {
    /// A setting of one stand-in, changed by `POST /standin/settings`; it throws what is wrong.
    package typealias Setting = @Sendable (JSONValue) throws -> Void

    private let faults: FaultBoard
    private let journal: Journal
    private let clock: StandinClock
    private let settings: [String: Setting]

    package init(
        faults: FaultBoard, journal: Journal, clock: StandinClock, settings: [String: Setting] = [:]
    ) {
        self.faults = faults
        self.journal = journal
        self.clock = clock
        self.settings = settings
    }

    /// The answer to a request that is for the stand-in itself; nil for all others.
    package func answer(_ request: StandinRequest) -> StandinAnswer? {
        guard request.target.segments.first == "standin" else { return nil }
        do {
            return try answer(request.method, request.target.segments.dropFirst().joined(separator: "/"), request.body)
        } catch {
            return StandinAnswer(400, ["problem": .string("\(error)")])
        }
    }

    private func answer(_ method: String, _ name: String, _ body: [UInt8]) throws -> StandinAnswer {
        switch (method, name) {
        case ("GET", "faults"): return StandinAnswer(200, .array(faults.all.map(\.json)))
        case ("POST", "faults"):
            faults.add(try Self.faults(JSONValue(parsing: body)))
            return StandinAnswer(204)
        case ("DELETE", "faults"):
            faults.clear()
            return StandinAnswer(204)
        case ("GET", "journal"): return StandinAnswer(200, .array(journal.all.map(\.json)))
        case ("DELETE", "journal"):
            journal.clear()
            return StandinAnswer(204)
        case ("POST", "clock"):
            clock.advance(seconds: Int(try JSONValue(parsing: body)["advanceSeconds"]?.integer ?? 0))
            return StandinAnswer(204)
        case ("POST", "settings"):
            for (name, value) in try JSONValue(parsing: body).members { try set(name, value) }
            return StandinAnswer(204)
        default: return StandinAnswer(404, ["problem": "no such switch"])
        }
    }

    private func set(_ name: String, _ value: JSONValue) throws {
        guard let setting = settings[name] else { throw WrongFault(description: "\(name): no such setting") }
        try setting(value)
    }

    /// One fault or a list of them.
    package static func faults(_ json: JSONValue) throws -> [Fault] {
        try (json.isArray ? json.elements : [json]).map { try Fault($0) }
    }
}
