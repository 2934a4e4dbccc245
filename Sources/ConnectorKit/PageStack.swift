import AccessModel
import WireForm

/// Which of several lists is being paged, and which still have to be: a stack that travels in the page token.
///
/// For a syncer that lists one thing for each of several others, such as the members of all projects. Its tokens are those of the
/// ecosystem's "bag", byte for byte, so that a sync begun by one connector can be gone on with by the other.
public struct PageStack: Sendable, Equatable {
    /// One list, and the place in it.
    public struct State: Sendable, Equatable {
        /// The application's own token; empty for the first page.
        public var token: String
        /// Which kind of list, such as a resource type.
        public var type: String
        /// Whose list, such as a resource's id.
        public var id: String

        /// The list of that kind, of that owner.
        public init(type: String = "", id: String = "", token: String = "") {
            self.token = token
            self.type = type
            self.id = id
        }

        /// Whether all three are the same bytes.
        public static func == (left: State, right: State) -> Bool {
            left.token.hasSameBytes(as: right.token) && left.type.hasSameBytes(as: right.type)
                && left.id.hasSameBytes(as: right.id)
        }
    }

    /// The list to page now; nil when all are done.
    public private(set) var current: State?

    /// The lists below; nil until there was one, which tokens tell apart from none.
    private var rest: [State]?

    /// An empty stack.
    public init() {}

    /// The stack that a token stands for; an empty token for an empty one.
    ///
    /// - Throws: a `ServiceError` when the token is none of a stack.
    public init(token: String) throws {
        guard !token.isEmpty else { return }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: Array(token.utf8))
        } catch {
            throw ServiceError(.invalidArgument, "page token corrupt: \(error)")
        }
        guard case .object = json else { throw ServiceError(.invalidArgument, "page token corrupt: no JSON object") }
        if case .array(let states)? = json["states"] { rest = states.map(State.init) }
        if case .object? = json["current_state"] { current = json["current_state"].map(State.init) }
    }

    /// Puts a list on top: it is paged before those below.
    public mutating func push(_ state: State) {
        if let current { rest = (rest ?? []) + [current] }
        current = state
    }

    /// Takes the list on top away and returns it; nil when there is none.
    @discardableResult
    public mutating func pop() -> State? {
        let top = current
        current = rest?.popLast()
        return top
    }

    /// Goes on to the next page of the list on top, or to the list below when there is none.
    ///
    /// - Parameter token: the application's token of the next page; nil or empty after the last.
    /// - Returns: the page token to answer with; empty when all lists are done.
    /// - Throws: a `ServiceError` when the stack is empty.
    public mutating func next(_ token: String?) throws -> String {
        guard var top = pop() else { throw ServiceError(.internal, "no active page state") }
        if let token, !token.isEmpty {
            top.token = token
            push(top)
        }
        return self.token
    }

    /// The page token that stands for this stack; empty when it is empty.
    public var token: String {
        guard let current else { return "" }
        let states = rest.map { JSONValue.array($0.map(\.json)) } ?? .null
        return Self.escaped(JSONValue.object([("states", states), ("current_state", current.json)]).text)
    }

    /// `json` as Go's encoder writes it, which spares HTML and JavaScript their own characters.
    ///
    /// All of them can only stand in strings.
    private static func escaped(_ json: String) -> String {
        var text = ""
        for scalar in json.unicodeScalars {
            switch scalar {
            case "<": text += "\\u003c"
            case ">": text += "\\u003e"
            case "&": text += "\\u0026"
            case "\u{2028}": text += "\\u2028"
            case "\u{2029}": text += "\\u2029"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension PageStack.State {
    fileprivate init(_ json: JSONValue) {
        self.init(
            type: json["type"]?.string ?? "", id: json["id"]?.string ?? "", token: json["token"]?.string ?? "")
    }

    fileprivate var json: JSONValue {
        .object(
            [("token", token), ("type", type), ("id", id)].filter { !$0.1.isEmpty }.map { ($0.0, .string($0.1)) })
    }
}
