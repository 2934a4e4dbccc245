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
        guard let elements = member(name)?.elements else { return [] }
        return elements.map { APIBody($0) }
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
        Self.json(.object([("list", .array(page.rows.map(json))), ("nextPageToken", .string(page.next))]))
    }

    /// A time; null when there is none.
    static func time(_ seconds: Int64?) -> JSONValue { seconds.flatMap(Moments.rfc3339).map { .string($0) } ?? .null }

    /// A number of 64 bits, which JSON of this kind writes as a text.
    static func number(_ number: Int64) -> JSONValue { .string(String(number)) }
}
