import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One call of a connector, from the cache and the rate limit over redirects and retries to the answer or the error.
struct HTTPCall: Sendable {
    let request: HTTPRequest
    let address: WebAddress
    let state: ClientState
    let sink: BodySink
    let deadline: Deadline
    /// The fields of the request but those that say who asks.
    let fields: HeaderFields

    private var options: HTTPClientOptions { state.options }

    init(_ request: HTTPRequest, base: WebAddress, state: ClientState, sink: BodySink? = nil) throws {
        self.request = request
        self.state = state
        self.sink = sink ?? .memory(limit: state.options.bodyLimit)
        address = try request.address(below: base)
        deadline = Deadline(in: request.timeout ?? state.options.timeout, by: state.options.clock)
        var fields = state.options.fields
        fields["User-Agent"] = fields["User-Agent"] ?? state.options.userAgent
        fields["Accept"] = fields["Accept"] ?? "application/json"
        self.fields = request.fields(over: fields)
    }

    func run() async throws -> HTTPAnswer<Data> {
        do {
            return try await answered()
        } catch let failure as TransportFailure {
            throw ServiceError(failure.code, "\(place(nil)): \(failure.text).")
        } catch let failure as SinkFailure {
            throw failure.cause
        }
    }

    private func answered() async throws -> HTTPAnswer<Data> {
        guard let cache = state.cache else { return try await judged(exchanged(fields)) }
        if let key = cacheKey { return try await answered(by: cache, as: key) }
        guard request.method != .get, request.method != .head else { return try await judged(exchanged(fields)) }
        do {
            let answer = try await judged(exchanged(fields))
            await cache.clear()
            return answer
        } catch {
            // What was refused, or lost on the way, may have been done all the same.
            await cache.clear()
            throw error
        }
    }

    // MARK: Attempts

    /// An answer and how it came.
    struct Exchange {
        let answer: WireAnswer
        let origin: WebAddress
        let rateLimit: C1_Connector_V2_RateLimitDescription?
        let waited: Duration
    }

    /// The answer, after as many attempts as the policy allows and the time suffices for.
    func exchanged(_ fields: HeaderFields) async throws -> Exchange {
        var canStartOver = true
        if case .caller = sink { canStartOver = false }
        let repetition = Repetition(
            policy: options.retries, isIdempotent: request.isIdempotent, canStartOver: canStartOver, deadline: deadline,
            log: options.log)
        var waited = Duration.zero
        let (answer, origin) = try await repetition.run {
            waited += try await paced()
            return try await redirected(fields)
        } refusal: { answer, _ in
            refusal(answer)
        }
        // Another application's limit, where we were redirected to, is none of ours; but a refusal is one wherever it comes from.
        let isOurs = origin.origin == address.origin || answer.status == 429
        return Exchange(
            answer: answer, origin: origin, rateLimit: isOurs ? rateLimit(in: answer) : nil, waited: waited)
    }

    private func rateLimit(in answer: WireAnswer) -> C1_Connector_V2_RateLimitDescription? {
        RateLimitHeaders.description(status: answer.status, fields: answer.fields, now: options.clock.now)
    }

    /// How long an answer asks to wait before the request is sent again; nil when it shouldn't be.
    private func refusal(_ answer: WireAnswer) -> Duration? {
        let isRefusal = answer.status == 429
        guard isRefusal || ([502, 503, 504].contains(answer.status) && request.isIdempotent),
            !request.acceptedStatuses.contains(answer.status)
        else { return nil }
        guard let limit = rateLimit(in: answer), limit.hasResetAt else { return .zero }
        return .seconds(max(0, limit.resetAt.date.timeIntervalSince(options.clock.now)))
    }

    /// Waits for the rate limit to be lifted when it is used up.
    private func paced() async throws -> Duration {
        var waited = Duration.zero
        while true {
            let now = options.clock.now
            guard case .wait(let reset, let limit) = state.pacing.admit(to: request.endpoint, now: now) else {
                return waited
            }
            // By chance up to a second more, so that all who wait don't come at once.
            let pause = Duration.seconds(max(0, reset.timeIntervalSince(now)) + Double.random(in: 0.05...1))
            guard pause < deadline.rest else {
                throw ServiceError(
                    .unavailable,
                    "\(place(nil)): the application's rate limit is used up for another \(pause.components.seconds + 1) seconds.",
                    rateLimit: limit)
            }
            options.log.debug(
                "waiting for the rate limit", metadata: ["endpoint": "\(place(nil))", "for": "\(pause)"])
            try await options.clock.sleep(for: pause)
            waited += pause
        }
    }

    // MARK: Redirects

    /// The answer where the application sends us, ten times at most; who we are is told on our own origin only.
    private func redirected(_ fields: HeaderFields) async throws -> (WireAnswer, WebAddress) {
        var place = address
        // Another application that sends us back must not choose what we ask for with our credentials.
        var isAtHome = true
        for _ in 0...10 {
            let answer = try await isAtHome ? authorized(place, fields) : anonymous(place)
            guard [301, 302, 303, 307, 308].contains(answer.status), !request.acceptedStatuses.contains(answer.status),
                let location = answer.fields["Location"]
            else { return (answer, place) }
            guard let next = place.resolving(location) else { throw misdirected("to an address that can't be called") }
            let isSafe = request.method == .get || request.method == .head
            guard isSafe || (answer.status >= 307 && next.origin == address.origin) else {
                throw misdirected("to \(next.withoutQuery). Set the application's address to that")
            }
            guard next.origin.scheme == "https" || place.origin.scheme == "http" else {
                throw misdirected("to \(next.withoutQuery), which isn't secure")
            }
            place = next
            isAtHome = isAtHome && next.origin == address.origin
        }
        throw misdirected("on and on")
    }

    private func misdirected(_ whither: String) -> ServiceError {
        ServiceError(.unknown, "\(place(nil)): redirected \(state.redaction.hiding(in: whither)).")
    }

    private func anonymous(_ place: WebAddress) async throws -> WireAnswer {
        var bare = HeaderFields()
        for name in ["User-Agent", "Accept"] { bare[name] = fields[name] }
        return try await sent(
            WireRequest(
                method: request.method, address: place, fields: bare, body: nil, showsCertificate: false,
                acceptedStatuses: request.acceptedStatuses))
    }

    // MARK: Who asks

    /// Sends with credentials: once more with a new nonce, and once more with a new token when the old one is refused.
    private func authorized(_ place: WebAddress, _ fields: HeaderFields) async throws -> WireAnswer {
        guard let tokens = state.tokens else {
            var fields = fields
            if case .field(let name, let value) = state.authentication.kind { fields[name] = value.reveal() }
            return try await sent(wireRequest(place, fields))
        }
        let token = try await currentToken(from: tokens, instead: nil)
        let answer = try await sent(place, fields, with: token)
        guard answer.status == 401, !request.acceptedStatuses.contains(401) else { return answer }
        return try await sent(place, fields, with: currentToken(from: tokens, instead: token))
    }

    private func currentToken(from tokens: TokenSource, instead refused: AccessToken?) async throws -> AccessToken {
        let token = try await deadline.run {
            try await tokens.token(instead: refused)
        } late: {
            TransportFailure.late(.unsent, "no token in time")
        }
        state.secrets.add(token.value)
        return token
    }

    private func sent(_ place: WebAddress, _ fields: HeaderFields, with token: AccessToken) async throws -> WireAnswer {
        func once() async throws -> WireAnswer {
            var fields = fields
            fields["Authorization"] = "\(token.scheme.rawValue) \(token.value.reveal())"
            if token.scheme == .dpop, let proof = state.proof {
                fields["DPoP"] = try proof.proof(request.method, place, token: token, now: options.clock.now)
                for field in state.authentication.fieldsBesideProofs { fields[field.name] = field.value }
            }
            let answer = try await sent(wireRequest(place, fields))
            state.proof?.note(answer.fields)
            return answer
        }
        let answer = try await once()
        return token.scheme == .dpop && ProofOfPossession.wantsNonce(answer) ? try await once() : answer
    }

    private func wireRequest(_ place: WebAddress, _ fields: HeaderFields) -> WireRequest {
        WireRequest(
            method: request.method, address: place, fields: fields, body: request.body,
            acceptedStatuses: request.acceptedStatuses)
    }

    private func sent(_ request: WireRequest) async throws -> WireAnswer {
        let start = options.clock.uptime
        let answer = try await state.wire.send(request, into: sink, by: deadline)
        log("answered", answer, from: request.address, in: options.clock.uptime - start)
        if state.printsBodies { print(state.redaction.hiding(in: answer.printedBody)) }
        if request.address.origin == address.origin, let limit = rateLimit(in: answer) {
            let says = answer.status == 429 || RateLimitHeaders.saysRemaining(answer.fields)
            state.pacing.note(limit, from: self.request.endpoint, now: options.clock.now, says: says)
        }
        return answer
    }
}
