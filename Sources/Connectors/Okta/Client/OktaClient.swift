import AccessModel
import ConnectorHTTP
import ConnectorKit
import Logging
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Okta's management API.
struct OktaClient: Sendable {
    private let http: HTTPClient
    /// Where the organisation is, such as `https://acme.okta.com`.
    let url: String
    let log: Logger

    /// A client of the organisation.
    ///
    /// - Parameter scopes: what an app's tokens are to allow.
    init(_ configuration: OktaConfiguration, context: ConnectorContext, scopes: [OktaScope]) throws {
        let address = try OktaAddress(parsing: configuration.domain)
        var options = HTTPClientOptions(context)
        options.pacing = .endpoint
        configuration.setCache(of: &options)
        url = address.url
        log = context.log
        http = try HTTPClient(
            address.url,
            authentication: try configuration.authentication(at: address, context, scopes), options: options)
    }

    /// Forgets what was read.
    func forget() async { await http.clearCache() }

    // MARK: Single calls

    /// What `path` holds.
    ///
    /// - Throws: ``OktaRefusal`` when Okta says no.
    func get(
        _ path: RequestPath, query: [QueryParameter] = [], needs scope: OktaScope, isFresh: Bool = false
    ) async throws -> JSONValue {
        var request = HTTPRequest(.get, path, query: query)
        if isFresh { request.fields["Cache-Control"] = "no-cache" }
        return try await send(request, doing: "reading", needs: scope).body
    }

    /// What `path` holds, or nil when it isn't there.
    func existing(
        _ path: RequestPath, query: [QueryParameter] = [], needs scope: OktaScope, isFresh: Bool = false
    ) async throws -> JSONValue? {
        do {
            return try await get(path, query: query, needs: scope, isFresh: isFresh)
        } catch let refusal as OktaRefusal where refusal.isAbsence {
            return nil
        }
    }

    /// Changes something, and returns what Okta says of it; null when it says nothing.
    @discardableResult
    func change(
        _ method: HTTPRequest.Method, _ path: RequestPath, query: [QueryParameter] = [], json body: JSONValue? = nil,
        needs scope: OktaScope
    ) async throws -> JSONValue {
        var request = HTTPRequest(method, path, query: query)
        if let body { request = request.sending(Data(body.text.utf8), as: "application/json") }
        return try await send(request, doing: "changing", needs: scope).body
    }

    /// Sends a request; answers that refuse become ``OktaRefusal``s.
    func send(
        _ request: HTTPRequest, doing: String, needs scope: OktaScope
    ) async throws -> HTTPAnswer<JSONValue> {
        let answer: HTTPAnswer<Data>
        do {
            answer = try await http.send(request.accepting(400, 403, 404, 405, 409, 412))
        } catch let error as ServiceError where error.code == .unauthenticated {
            throw error.adding("Okta doesn't accept the credentials (--api-token, or --okta-client-id and its key)")
        }
        if let refusal = OktaRefusal(answer, doing: "\(doing) \(answer.place)", scope: scope) { throw refusal }
        guard !answer.body.isEmpty else { return answer.with(.null) }
        return try answer.json()
    }

    // MARK: Lists

    /// One page of a list.
    struct Listed: Sendable {
        let rows: [JSONValue]
        let next: String?
        let annotations: [Annotation]

        /// The page of something else, made of each row; rows that make nothing are left out.
        func page<Row>(_ row: (JSONValue) throws -> Row?) rethrows -> Page<Row> {
            Page(try rows.compactMap(row), next: next, annotations: annotations)
        }
    }

    /// One page of the list at `path`.
    ///
    /// - Parameters:
    ///   - after: the `next` of the page before; empty for the first.
    ///   - most: how many rows a page has at most, by Okta's documentation; nil where it says nothing of pages' sizes.
    ///   - member: where the rows are in the answer; nil when the answer is the rows.
    func list(
        _ path: RequestPath, after: String, most: Int?, size: Int? = nil, query: [QueryParameter] = [],
        fields: HeaderFields = [:], in member: String? = nil, needs scope: OktaScope
    ) async throws -> Listed {
        let parameters = query + (most.map { [QueryParameter("limit", Self.limit(size, $0))] } ?? [])
        var place = ListPlace(token: after)
        let answer = try await page(at: &place, needs: scope) { cursor in
            let cursor = cursor.isEmpty ? [] : [QueryParameter("after", cursor)]
            var request = HTTPRequest(.get, path, query: parameters + cursor)
            for field in fields { request.fields[field.name] = field.value }
            return request
        }
        let rows = member.map { answer.body[$0] ?? .null } ?? answer.body
        guard case .array(let elements) = rows else {
            throw ServiceError(.internal, "\(answer.place): a list was expected. Check --domain.")
        }
        let next = try next(place.cursor, answer).map { ListPlace(cursor: $0, isAnew: place.isAnew).token }
        return Listed(rows: elements, next: next, annotations: answer.annotations)
    }

    /// The page at a place, or the first one when Okta no longer knows the place.
    private func page(
        at place: inout ListPlace, needs scope: OktaScope, _ request: (_ cursor: String) -> HTTPRequest
    ) async throws -> HTTPAnswer<JSONValue> {
        do {
            return try await send(request(place.cursor), doing: "listing", needs: scope)
        } catch let refusal as OktaRefusal where refusal.saysCursorIsOld && !place.cursor.isEmpty && !place.isAnew {
            log.warning("Okta no longer knows the place in a list; it is begun anew", metadata: ["list": "\(refusal)"])
            place = ListPlace(cursor: "", isAnew: true)
            var first = request(place.cursor)
            // What was kept of the first page leads to the cursor that was just refused.
            first.fields["Cache-Control"] = "no-cache"
            return try await send(first, doing: "listing", needs: scope)
        }
    }

    private static func limit(_ size: Int?, _ most: Int) -> Int {
        guard let size, (1...most).contains(size) else { return most }
        return size
    }

    /// The cursor of the next page: Okta gives it in a field, or for administrators' roles in the body.
    private func next(_ after: String, _ answer: HTTPAnswer<JSONValue>) throws -> String? {
        let page = PageRequest(after: after)
        if let next = try page.next(parameter: "after", ofLinkIn: answer) { return next }
        guard let link = answer.body["_links"]?["next"]?["href"]?.string else { return nil }
        let cursor = URLComponents(string: link)?.queryItems?.first { $0.name == "after" }?.value
        return try page.next(cursor: cursor)
    }
}

/// Where a list is to be gone on with, as page tokens say it.
///
/// Okta's cursors don't live for ever, and a sync may go on days after it was interrupted. A list whose cursor is refused is begun anew, once.
private struct ListPlace {
    let cursor: String
    /// Whether the list was begun anew.
    let isAnew: Bool

    private static let mark = "anew "

    init(cursor: String, isAnew: Bool) {
        self.cursor = cursor
        self.isAnew = isAnew
    }

    init(token: String) {
        isAnew = token.hasPrefix(Self.mark)
        cursor = isAnew ? String(token.dropFirst(Self.mark.count)) : token
    }

    var token: String { isAnew ? Self.mark + cursor : cursor }
}

extension OktaConfiguration {
    fileprivate func authentication(
        at address: OktaAddress, _ context: ConnectorContext, _ scopes: [OktaScope]
    ) throws -> Authentication {
        guard Self.usesKey(context.authMethod) else { return .apiKey(apiToken, in: "Authorization", prefix: "SSWS") }
        let key: SigningKey
        do {
            key = try SigningKey(pem: privateKey, id: privateKeyID)
        } catch {
            throw ServiceError("okta-private-key", because: error)
        }
        guard key.algorithm == "RS256" else {
            throw ServiceError(.invalidArgument, "okta-private-key: it must be an RSA key, as PEM.")
        }
        return .clientCredentials(
            tokenURL: "\(address.url)/oauth2/v1/token", clientID: clientID, key: key, scopes: scopes.map(\.rawValue),
            proof: key, demandsBond: false
        ).withFieldsBesideProofs(["x-okta-user-agent-extended": "isDPoP:true"])
    }

    fileprivate func setCache(of options: inout HTTPClientOptions) {
        // The variables that all connectors have come first: who sets them means it.
        guard options.environment["BATON_HTTP_CACHE_TTL"] == nil else { return }
        options.environment["BATON_HTTP_CACHE_TTL"] = String(caches ? min(cacheLifetime, 31_536_000) : 0)
    }
}
