import StandinKit
import WireForm

/// A request to an endpoint that exists, by somebody who may ask.
struct Call {
    let request: StandinRequest
    /// The parts of the path that stand for something, such as `id`.
    let parameters: [String: String]
    /// The body; `null` when there is none.
    let body: JSONValue
    let caller: Caller
    let now: Timestamp
    let effects: Set<Fault.Effect>

    var origin: String { request.origin }

    subscript(parameter: String) -> String { parameters[parameter] ?? "" }

    func query(_ name: String) -> String? { request.target[name] }

    /// A query parameter that is true or false.
    func flag(_ name: String, default standard: Bool) throws(OktaError) -> Bool {
        switch query(name)?.lowercased() {
        case nil: return standard
        case "true": return true
        case "false": return false
        case let other?: throw .typeMismatch("Could not interpret \(other) as boolean.")
        }
    }

    /// The page size: what is asked for, but not more than the endpoint gives.
    func limit(default standard: Int, most: Int, least: Int = 1) throws(OktaError) -> Int {
        guard let text = query("limit") else { return min(standard, most) }
        guard let number = Int(text) else { throw .typeMismatch("Could not interpret \(text) as int.") }
        guard number >= 0, least == 0 || number > 0 else {
            throw .validation("limit", "limit: The value must be greater than 0")
        }
        return min(max(number, least), most)
    }

    /// What a list is of: a cursor of another list is none of this.
    var listName: String {
        // The place in the log is the same whatever is looked for.
        if request.target.path == "/api/v1/logs" { return request.target.path }
        let parts = request.target.query.filter { !["after", "limit"].contains($0.name) }
        return request.target.path + "?" + parts.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Where the list goes on.
    func cursor(_ org: Org) throws(OktaError) -> Int? {
        guard let text = query("after"), !text.isEmpty else { return nil }
        guard let cursor = Cursor(text, for: listName, generation: org.cursorGeneration) else { throw .invalidPaging }
        return cursor.ordinal
    }

    /// The address of the page after an ordinal.
    func next(after ordinal: Int, _ org: Org) -> String {
        let before = query("after").flatMap { Cursor($0, for: listName, generation: org.cursorGeneration) }
        let turn = effects.contains(.emptyPage) ? (before?.turn ?? 0) + 1 : 0
        let text = Cursor(ordinal, turn: turn).text(for: listName, generation: org.cursorGeneration)
        let others = request.target.query.filter { $0.name != "after" }
        return origin + request.target.replacingQuery(others + [.init("after", text)])
    }

    var own: String { origin + request.target.replacingQuery(request.target.query) }
}

/// Who asks.
struct Caller: Sendable {
    /// The user that an API token belongs to, or the client of an access token.
    let id: String
    let name: String
    let isClient: Bool
    /// The scopes of an access token; nil for an API token, which may do what its user may.
    let scopes: Set<String>?
    var rights = Rights.all

    /// What an administrator may do.
    enum Rights: String, Sendable {
        case all
        /// Reads users, groups and apps, neither roles nor settings.
        case readOnly
        /// An app without an admin role: no users, and nothing else.
        case none
    }
}
