import HTTPTypes
import Hummingbird
import LanternCatalog
import WireForm

/// What a program sent as JSON; names may be written in either style.
struct APIBody: Sendable {
    private let json: JSONValue
    private static let limit = 1 << 20

    /// - Throws: `WebError` when it is no JSON object.
    init(_ request: Request) async throws {
        var request = request
        let bytes = try await request.collectBody(upTo: Self.limit)
        guard bytes.readableBytes > 0 else {
            json = .object([])
            return
        }
        do {
            json = try JSONValue(parsing: Array(bytes.readableBytesView))
        } catch {
            throw WebError.badRequest("The body is no JSON: \(error).")
        }
        guard case .object = json else { throw WebError.badRequest("The body must be a JSON object.") }
    }

    private init(_ json: JSONValue) { self.json = json }

    private func member(_ name: String) -> JSONValue? { json[name] ?? json[name.snakeCased] }

    /// A text; empty when it is not there.
    func text(_ name: String) throws(WebError) -> String {
        switch member(name) {
        case nil, .null?: return ""
        case .string(let text)?: return text
        default: throw .badRequest("\(name): must be a text.")
        }
    }

    /// A list of texts; empty when it is not there.
    func texts(_ name: String) throws(WebError) -> [String] {
        switch member(name) {
        case nil, .null?: return []
        case .array(let elements)?:
            let texts = elements.compactMap(\.string)
            if texts.count == elements.count { return texts }
        default: break
        }
        throw .badRequest("\(name): must be a list of texts.")
    }

    /// A part that is an object; an empty one when it is not there.
    func part(_ name: String) throws(WebError) -> APIBody {
        switch member(name) {
        case nil, .null?: return APIBody(.object([]))
        case .object(let members)?: return APIBody(.object(members))
        default: throw .badRequest("\(name): must be an object.")
        }
    }

    /// Parts of a list that are objects.
    func parts(_ name: String) throws(WebError) -> [APIBody] {
        switch member(name) {
        case nil, .null?: return []
        case .array(let elements)?:
            return try elements.map { element throws(WebError) in
                guard case .object = element else { throw .badRequest("\(name): must be a list of objects.") }
                return APIBody(element)
            }
        default: throw .badRequest("\(name): must be a list of objects.")
        }
    }

    /// The one text of a list, which lists of this kind may hold at most; nil when it holds none.
    func onlyText(_ name: String) throws(WebError) -> String? {
        let texts = try texts(name)
        guard texts.count <= 1 else { throw .badRequest("\(name): name one at a time.") }
        return texts.first
    }

    /// Whether a switch is on; nil when it is not there.
    func flag(_ name: String) throws(WebError) -> Bool? {
        switch member(name) {
        case nil, .null?: return nil
        case .bool(let flag)?: return flag
        default: throw .badRequest("\(name): must be true or false.")
        }
    }

    /// One of the values of an enumeration; nil when it is not there.
    func choice<Value>(_ name: String, _ values: [String: Value]) throws(WebError) -> Value? {
        let text = try text(name)
        guard !text.isEmpty else { return nil }
        guard let value = values[text] else {
            throw .badRequest("\(name): must be one of \(values.keys.sorted().joined(separator: ", ")).")
        }
        return value
    }

    /// The fields that an update names, in lower camel case.
    ///
    /// - Throws: `WebError` when there are none, or one that can't be changed.
    func mask(of known: Set<String>) throws(WebError) -> Set<String> {
        let names = try text("updateMask").split(separator: ",").map { String($0).trimmingWhitespace.camelCased }
        let unknown = Set(names).subtracting(known)
        guard unknown.isEmpty else {
            throw .badRequest("updateMask: \(unknown.sorted().joined(separator: ", ")) can't be changed.")
        }
        guard !names.isEmpty else {
            throw .badRequest("updateMask: name what to change, of \(known.sorted().joined(separator: ", ")).")
        }
        return Set(names)
    }

    /// Which related objects are wanted beside a list; nil when none are.
    func expandMask() throws(WebError) -> Set<String>? {
        switch member("expandMask") {
        case nil, .null?: return nil
        default: return Set(try part("expandMask").texts("paths").map(\.camelCased))
        }
    }

    /// Which part of a list is wanted.
    func page() throws(WebError) -> PageRequest {
        let size: Int
        switch member("pageSize") {
        case nil, .null?: size = 0
        case .number(let digits)?, .string(let digits)?:
            guard let number = Int(digits) else { throw .badRequest("pageSize: must be a number.") }
            size = number
        default: throw .badRequest("pageSize: must be a number.")
        }
        return PageRequest(size: APIPaging.size(size), after: try text("pageToken"))
    }
}

/// How long pages are: 25 unless something else is asked for, 10 to 100.
enum APIPaging {
    static func size(_ asked: Int) -> Int { asked == 0 ? 25 : min(max(asked, 10), 100) }
}

extension Request {
    /// Which part of a list is wanted.
    func apiPage() throws(WebError) -> PageRequest {
        let size = uri.queryParameters["page_size"].map(String.init) ?? "0"
        guard let number = Int(size) else { throw .badRequest("page_size: must be a number.") }
        return PageRequest(
            size: APIPaging.size(number), after: uri.queryParameters["page_token"].map(String.init) ?? "")
    }
}

extension String {
    /// `page_size` as `pageSize`.
    fileprivate var camelCased: String {
        let words = split(separator: "_")
        return words.dropFirst().reduce(words.first.map(String.init) ?? "") {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }

    /// `pageSize` as `page_size`.
    fileprivate var snakeCased: String {
        reduce(into: "") { text, character in
            if character.isUppercase { text.append("_") }
            text.append(contentsOf: character.lowercased())
        }
    }
}

extension APIAnswer {
    /// A page of a list, whose list is always there.
    static func list<Row>(_ page: Page<Row>, _ json: (Row) -> JSONValue) -> Response {
        list(page.rows.map(json), next: page.next)
    }

    /// A page of a list, with the related objects that were asked for.
    static func list(_ rows: [JSONValue], next: String = "", expanded: ExpandedObjects? = nil) -> Response {
        var members: [(name: String, value: JSONValue)] = [
            ("list", .array(rows)), ("nextPageToken", .string(next)),
        ]
        if let expanded { members.append(("expanded", .array(expanded.objects))) }
        return json(.object(members))
    }

    /// A time; null when there is none.
    static func time(_ seconds: Int64?) -> JSONValue { seconds.flatMap(Moments.rfc3339).map { .string($0) } ?? .null }

    /// A number of 64 bits, which JSON of this kind writes as a text.
    static func number(_ number: Int64) -> JSONValue { .string(String(number)) }
}
