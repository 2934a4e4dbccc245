import AccessModel
import ConnectorKit
import Logging
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a token is fetched with.
struct TokenExchange: Sendable {
    let wire: Wire
    let clock: any ClientClock
    let userAgent: String
    let log: Logger
    /// The client's, to which every token is added.
    let secrets: KnownSecrets
}

/// A request for a token (RFC 6749) and what its answer means.
struct OAuthGrant: Sendable {
    enum Client: Sendable {
        case none
        case `public`(id: String)
        case secret(id: String, Secret)
        case assertion(id: String, SigningKey)
    }

    /// A token is short, and so is the patience for it.
    static let timeout = Duration.seconds(30)

    let tokenURL: String
    let client: Client
    /// The key that the token is bound to.
    let proof: SigningKey?
    /// Whether a token that isn't bound to the key is refused.
    var demandsBond = true
    /// Told of a new refresh token.
    var rotated: @Sendable (Secret) async throws -> Void = { _ in }
    /// What the form says, besides who asks.
    let parameters: @Sendable (Date) throws -> [QueryParameter]

    func authentication(secrets: [Secret]) -> Authentication {
        Authentication(
            .token(
                { exchange in
                    let endpoint = TokenEndpoint(grant: self, exchange: exchange)
                    return { try await endpoint.token() }
                }, proof: proof), secrets: secrets)
    }
}

/// Asks for tokens, and remembers how the endpoint wants to be asked.
final class TokenEndpoint: Sendable {
    private enum SecretPlace { case field, form }

    private struct Answer: Decodable {
        let access_token: String?
        let token_type: String?
        let expires_in: Seconds?
        let refresh_token: String?
    }

    private struct Failure: Decodable {
        let error: String?
        let error_description: String?
    }

    /// Some endpoints write the number as a text.
    private struct Seconds: Decodable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = try (try? container.decode(Double.self)) ?? Double(container.decode(String.self)) ?? 0
        }
    }

    private let grant: OAuthGrant
    private let exchange: TokenExchange
    private let proof: ProofOfPossession?
    private let place = Mutex(SecretPlace.field)

    init(grant: OAuthGrant, exchange: TokenExchange) {
        self.grant = grant
        self.exchange = exchange
        proof = grant.proof.map { ProofOfPossession($0) }
    }

    func token() async throws -> AccessToken {
        guard let address = WebAddress(parsing: grant.tokenURL) else {
            throw ServiceError(.invalidArgument, "token endpoint: its address is no http or https address.")
        }
        let deadline = Deadline(in: OAuthGrant.timeout, by: exchange.clock)
        do {
            var answer = try await ask(address, deadline)
            if isRefusedClient(answer), case .secret = grant.client, place.withLock({ $0 }) == .field {
                place.withLock { $0 = .form }
                answer = try await ask(address, deadline)
                if isRefusedClient(answer) { place.withLock { $0 = .field } }
            }
            return try await token(in: answer, from: address)
        } catch let failure as TransportFailure {
            throw ServiceError(failure.code, "token endpoint \(address.withoutQuery): \(failure.text).")
        }
    }

    private func ask(_ address: WebAddress, _ deadline: Deadline) async throws -> WireAnswer {
        let repetition = Repetition(
            policy: .transparent, isIdempotent: false, deadline: deadline, log: exchange.log)
        func once() async throws -> WireAnswer { try await repetition.run { try await askOnce(address, deadline) } }
        var answer = try await once()
        guard proof != nil, Self.wantsNonce(answer) else { return answer }
        if answer.fields["DPoP-Nonce"] != nil { answer = try await once() }
        guard !Self.wantsNonce(answer) else {
            throw ServiceError(.unavailable, "token endpoint \(address.withoutQuery): it goes on asking for a nonce.")
        }
        return answer
    }

    private func askOnce(_ address: WebAddress, _ deadline: Deadline) async throws -> WireAnswer {
        let now = exchange.clock.now
        var form = try grant.parameters(now)
        var fields: HeaderFields = [
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
            "User-Agent": exchange.userAgent,
        ]
        switch grant.client {
        case .none: break
        case .public(let id): form.append(QueryParameter("client_id", id))
        case .secret(let id, let secret):
            switch place.withLock({ $0 }) {
            case .field:
                let pair = "\(PercentEncoding.strict(id)):\(PercentEncoding.strict(secret.reveal()))"
                fields["Authorization"] = "Basic \(Data(pair.utf8).base64EncodedString())"
            case .form:
                form += [QueryParameter("client_id", id), QueryParameter("client_secret", secret.reveal())]
            }
        case .assertion(let id, let key):
            form += [
                QueryParameter("client_id", id),
                QueryParameter("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                QueryParameter("client_assertion", try assertion(id, key, now)),
            ]
        }
        if let proof { fields["DPoP"] = try proof.proof(.post, address, token: nil, now: now) }
        let request = WireRequest(
            method: .post, address: address, fields: fields, body: Data(PercentEncoding.form(form).utf8))
        let answer = try await exchange.wire.send(request, into: .memory(limit: 1 << 20), by: deadline)
        proof?.note(answer.fields)
        return answer
    }

    private func assertion(_ id: String, _ key: SigningKey, _ now: Date) throws -> String {
        let seconds = Int(now.timeIntervalSince1970)
        return try JSONWebToken.signed(
            header: Authentication.header(key),
            claims: [
                "iss": .text(id), "sub": .text(id), "aud": .text(grant.tokenURL), "iat": .number(seconds),
                "exp": .number(seconds + 300), "jti": .text(UUID().uuidString),
            ], with: key)
    }

    private func token(in answer: WireAnswer, from address: WebAddress) async throws -> AccessToken {
        let name = "token endpoint \(address.withoutQuery)"
        guard answer.isSuccess else { throw refusal(answer, name) }
        guard let body = try? JSONDecoder().decode(Answer.self, from: answer.body) else {
            throw ServiceError(.unauthenticated, "\(name): its answer is no JSON with a token.")
        }
        guard let text = body.access_token, !text.isEmpty, !text.utf8.contains(where: { [0, 10, 13].contains($0) })
        else {
            throw ServiceError(.unauthenticated, "\(name): its answer holds no usable token.")
        }
        let new = body.refresh_token.flatMap { $0.isEmpty ? nil : Secret($0) }
        // Before anybody else sees them.
        for token in [Secret(text), new].compactMap({ $0 }) { exchange.secrets.add(token) }
        let scheme = try scheme(of: body.token_type ?? "Bearer", name)
        if let new { try await grant.rotated(new) }
        let seconds = body.expires_in?.value ?? 0
        let life = seconds > 0 && seconds < 1e9 ? seconds : 3600
        return AccessToken(Secret(text), scheme: scheme, expiry: exchange.clock.now.addingTimeInterval(life))
    }

    /// How the token is to be sent.
    ///
    /// - Throws: when it isn't bound to the key although it should be, and the other way round: it would be used without proof.
    private func scheme(of type: String, _ name: String) throws -> AccessToken.Scheme {
        let expected: AccessToken.Scheme = proof == nil ? .bearer : .dpop
        if HeaderFields.same(type, expected.rawValue) { return expected }
        if !grant.demandsBond, HeaderFields.same(type, AccessToken.Scheme.bearer.rawValue) { return .bearer }
        let cure =
            expected == .dpop && HeaderFields.same(type, "Bearer")
            ? " Let the application bind the client's tokens (DPoP), or leave out the proof." : ""
        throw ServiceError(
            .unauthenticated, "\(name): a token of type \(OneLine.text(type, limit: 40)) can't be used here.\(cure)")
    }

    private func refusal(_ answer: WireAnswer, _ name: String) -> ServiceError {
        let rateLimit = RateLimitHeaders.description(
            status: answer.status, fields: answer.fields, now: exchange.clock.now)
        let code: StatusCode = answer.status >= 500 || answer.status == 429 ? .unavailable : .unauthenticated
        let failure = try? JSONDecoder().decode(Failure.self, from: answer.body)
        let words: String =
            if let error = failure?.error {
                error + (failure?.error_description.map { " (\($0))" } ?? "")
            } else {
                ApplicationText.of(answer.body) ?? HTTPStatus.line(answer.status)
            }
        let hint =
            switch failure?.error {
            case "invalid_dpop_proof":
                " Check that no proxy removes the DPoP field, and that this machine's clock is right."
            case "invalid_client":
                " Check client id, secret or key and key id, and that this machine's clock is right to five minutes."
            default: ""
            }
        let text = exchange.secrets.redaction.line(words, limit: 200)
        return ServiceError(code, "\(name): \(answer.status): \(text).\(hint)", rateLimit: rateLimit)
    }

    private func isRefusedClient(_ answer: WireAnswer) -> Bool {
        answer.status == 401
            || (answer.status == 400
                && (try? JSONDecoder().decode(Failure.self, from: answer.body))?.error == "invalid_client")
    }

    private static func wantsNonce(_ answer: WireAnswer) -> Bool {
        answer.status >= 400
            && (try? JSONDecoder().decode(Failure.self, from: answer.body))?.error == "use_dpop_nonce"
    }
}
