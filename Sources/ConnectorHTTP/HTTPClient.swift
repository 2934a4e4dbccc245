import AccessModel
import ConnectorKit
import Logging

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Talks to one application over HTTP, as one identity.
///
/// Copies share connections, tokens, cache and knowledge of the rate limit; all of it goes with the last copy.
public struct HTTPClient: Sendable {
    let base: WebAddress
    let state: ClientState

    /// A client for the application at `base`, such as `https://acme.example.com/api/v1`.
    ///
    /// - Throws: a `ServiceError` that names the wrong address, variable or file. Nothing is sent yet.
    public init(_ base: String, authentication: Authentication = .none, options: HTTPClientOptions) throws {
        guard let address = WebAddress(parsing: base) else {
            throw ServiceError(
                .invalidArgument,
                "the application's address is no http or https address without user and password. Write it as https://acme.example.com."
            )
        }
        self.base = address
        state = try ClientState(authentication, options)
    }

    /// Sends `request` and takes in the answer.
    ///
    /// - Throws: a `ServiceError` for anything but a status of 200–299 or one that the request accepts.
    public func send(_ request: HTTPRequest) async throws -> HTTPAnswer<Data> {
        try await HTTPCall(request, base: base, state: state).run()
    }

    /// Sends `request` and decodes the JSON answer.
    public func send<Value: Decodable & Sendable>(
        _ request: HTTPRequest, as type: Value.Type
    ) async throws -> HTTPAnswer<Value> {
        try await send(request).decoded(as: type)
    }

    /// Sends `request` and hands the body over piece by piece, however large it is.
    ///
    /// What `take` throws ends the call. An error of the application comes as a `ServiceError`, as elsewhere.
    public func stream(
        _ request: HTTPRequest, into take: @escaping @Sendable (Data) async throws -> Void
    ) async throws -> HTTPAnswer<Void> {
        try await HTTPCall(request, base: base, state: state, sink: .caller(take)).run().with(())
    }

    /// Reads `path` as JSON.
    public func get<Value: Decodable & Sendable>(
        _ path: RequestPath, query: [QueryParameter] = [], as type: Value.Type
    ) async throws -> HTTPAnswer<Value> {
        try await send(HTTPRequest(.get, path, query: query), as: type)
    }

    /// Sends `value` to `path` as JSON and reads the answer as JSON.
    public func post<Value: Decodable & Sendable>(
        _ path: RequestPath, json value: some Encodable, as type: Value.Type
    ) async throws -> HTTPAnswer<Value> {
        try await send(HTTPRequest(.post, path).sending(json: value), as: type)
    }

    /// Sends `value` to `path` as JSON.
    @discardableResult
    public func post(_ path: RequestPath, json value: some Encodable) async throws -> HTTPAnswer<Data> {
        try await send(HTTPRequest(.post, path).sending(json: value))
    }

    /// Replaces `path` by `value`.
    @discardableResult
    public func put(_ path: RequestPath, json value: some Encodable) async throws -> HTTPAnswer<Data> {
        try await send(HTTPRequest(.put, path).sending(json: value))
    }

    /// Changes `path` as `value` says.
    @discardableResult
    public func patch(_ path: RequestPath, json value: some Encodable) async throws -> HTTPAnswer<Data> {
        try await send(HTTPRequest(.patch, path).sending(json: value))
    }

    /// Removes `path`.
    @discardableResult
    public func delete(_ path: RequestPath) async throws -> HTTPAnswer<Data> {
        try await send(HTTPRequest(.delete, path))
    }

    /// Forgets every answer kept, such as at the end of a sync.
    public func clearCache() async {
        await state.cache?.clear()
    }
}

/// What the copies of a client share.
final class ClientState: Sendable {
    let options: HTTPClientOptions
    let authentication: Authentication
    let wire: Wire
    let pacing: RateLimitPacing
    let cache: ResponseCache?
    let tokens: TokenSource?
    let proof: ProofOfPossession?
    let printsBodies: Bool
    let secrets: KnownSecrets

    init(_ authentication: Authentication, _ options: HTTPClientOptions) throws {
        self.options = options
        self.authentication = authentication
        let connections = try Connections(options.environment, certificate: options.certificate)
        wire = Wire(connections: connections, headerTimeout: options.headerTimeout)
        pacing = RateLimitPacing(options.pacing)
        cache = CacheSettings(options.environment, log: options.log).map { ResponseCache($0, log: options.log) }
        secrets = KnownSecrets(authentication.secrets)
        printsBodies = !(options.environment["BATON_DEBUG_PRINT_RESPONSE_BODY"] ?? "").isEmpty
        guard case .token(let maker, let key) = authentication.kind else {
            tokens = nil
            proof = nil
            return
        }
        let exchange = TokenExchange(
            wire: wire, clock: options.clock, userAgent: options.userAgent, log: options.log, secrets: secrets)
        tokens = TokenSource(clock: options.clock, fetch: maker(exchange))
        proof = key.map { ProofOfPossession($0) }
    }

    /// What must not be seen, tokens included.
    var redaction: Redaction { secrets.redaction }
}
