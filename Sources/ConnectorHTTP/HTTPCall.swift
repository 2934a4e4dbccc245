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
        for field in request.fields { fields[field.name] = nil }
        for field in request.fields { fields.add(field.name, field.value) }
        self.fields = fields
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
        let key = cacheKey
        let kept = key.flatMap { state.cache?.entry($0) }
        if let kept, kept.freshUntil > options.clock.uptime {
            log("answered from the cache", kept.answer, from: kept.address, in: .zero)
            return try judged(kept.answer, from: kept.address, rateLimit: nil)
        }
        let (answer, origin, waited) = try await attempted(validating: kept)
        let now = options.clock.now
        let rateLimit = RateLimitHeaders.description(status: answer.status, fields: answer.fields, now: now)
        if answer.status == 304, let kept, let key {
            state.cache?.revalidate(key, by: answer.fields, uptime: options.clock.uptime)
            return try judged(kept.answer, from: kept.address, rateLimit: rateLimit, waited: waited)
        }
        let judged = try judged(answer, from: origin, rateLimit: rateLimit, waited: waited)
        if let key, answer.status == 200, origin == address {
            state.cache?.store(answer, from: origin, as: key, uptime: options.clock.uptime)
        } else if request.method != .get, request.method != .head {
            // What was read before may no longer be so.
            state.cache?.clear()
        }
        return judged
    }

    private var cacheKey: ByteKey? {
        guard state.cache != nil, request.method == .get, request.body == nil, case .memory = sink,
            !CacheDirectives(fields.values(of: "Cache-Control")).mustValidate,
            // A connector that validates what it has itself wants to hear the application's own answer.
            fields["If-None-Match"] == nil, fields["If-Modified-Since"] == nil
        else { return nil }
        return ResponseCache.key(of: address, fields: fields)
    }

    // MARK: Attempts

    /// The answer, after as many attempts as the policy allows and the time suffices for.
    private func attempted(
        validating kept: ResponseCache.Entry?
    ) async throws -> (WireAnswer, WebAddress, waited: Duration) {
        var fields = fields
        if let kept {
            if let tag = kept.entityTag { fields["If-None-Match"] = tag }
            if let date = kept.lastModified, kept.entityTag == nil { fields["If-Modified-Since"] = date }
        }
        var waited = Duration.zero
        var attempt = 0
        while true {
            attempt += 1
            waited += try await paced()
            var pause: Duration?
            do {
                let (answer, origin) = try await redirected(fields)
                pause = retryPause(after: answer, attempt)
                guard let pause, pause < deadline.rest else { return (answer, origin, waited) }
                options.log.debug("trying again", metadata: metadata(answer, from: origin, pause: pause))
            } catch let failure as TransportFailure {
                pause = retryPause(after: failure, attempt)
                guard let pause, pause < deadline.rest else { throw failure }
                options.log.debug("trying again after \(pause)", metadata: ["because": "\(failure.text)"])
            }
            try await options.clock.sleep(for: pause ?? .zero)
        }
    }

    private func retryPause(after answer: WireAnswer, _ attempt: Int) -> Duration? {
        let isRefusal = answer.status == 429
        guard attempt < options.retries.attempts, isRefusal || [502, 503, 504].contains(answer.status),
            isRefusal || request.isIdempotent, !request.acceptedStatuses.contains(answer.status)
        else { return nil }
        let own = options.retries.wait(after: attempt)
        let limit = RateLimitHeaders.description(status: answer.status, fields: answer.fields, now: options.clock.now)
        guard let limit, limit.hasResetAt else { return own }
        return max(own, .seconds(limit.resetAt.date.timeIntervalSince(options.clock.now)))
    }

    private func retryPause(after failure: TransportFailure, _ attempt: Int) -> Duration? {
        guard attempt < options.retries.attempts, failure.isPassing else { return nil }
        if case .caller = sink, failure.moment == .underway { return nil }
        guard failure.moment == .unsent || request.isIdempotent else { return nil }
        return options.retries.wait(after: attempt)
    }

    /// Waits for the rate limit to be lifted when it is used up.
    private func paced() async throws -> Duration {
        var waited = Duration.zero
        while true {
            let now = options.clock.now
            guard case .wait(let reset, let limit) = state.pacing.admit(to: endpoint, now: now) else { return waited }
            // By chance up to a second more, so that all who wait don't come at once.
            let pause = Duration.seconds(max(0, reset.timeIntervalSince(now)) + Double.random(in: 0.05...1))
            guard pause < deadline.rest else {
                throw ServiceError(
                    .unavailable,
                    "\(place(nil)): the application's rate limit is used up for another \(pause.components.seconds + 1) seconds.",
                    rateLimit: limit)
            }
            options.log.debug(
                "waiting for the rate limit", metadata: ["url": "\(address.redacted)", "for": "\(pause)"])
            try await options.clock.sleep(for: pause)
            waited += pause
        }
    }

    private var endpoint: String { request.endpoint(at: address) }

    // MARK: Redirects

    /// The answer where the application sends us, ten times at most; who we are is told on our own origin only.
    private func redirected(_ fields: HeaderFields) async throws -> (WireAnswer, WebAddress) {
        var place = address
        for _ in 0...10 {
            let answer = try await place.origin == address.origin ? authorized(place, fields) : anonymous(place)
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
        }
        throw misdirected("on and on")
    }

    private func misdirected(_ whither: String) -> ServiceError {
        ServiceError(.unknown, "\(place(nil)): redirected \(whither).")
    }

    private func anonymous(_ place: WebAddress) async throws -> WireAnswer {
        var bare = HeaderFields()
        for name in ["User-Agent", "Accept"] { bare[name] = fields[name] }
        return try await sent(
            WireRequest(
                method: request.method, address: place, fields: bare, body: nil, showsCertificate: false,
                isIdempotent: true))
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
        state.hide(token.value)
        return token
    }

    private func sent(_ place: WebAddress, _ fields: HeaderFields, with token: AccessToken) async throws -> WireAnswer {
        func once() async throws -> WireAnswer {
            var fields = fields
            fields["Authorization"] = "\(token.scheme.rawValue) \(token.value.reveal())"
            if token.scheme == .dpop, let proof = state.proof {
                fields["DPoP"] = try proof.proof(request.method, place, token: token, now: options.clock.now)
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
            isIdempotent: request.isIdempotent)
    }

    private func sent(_ request: WireRequest) async throws -> WireAnswer {
        let start = options.clock.uptime
        let answer = try await state.wire.send(request, into: sink, by: deadline)
        log("answered", answer, from: request.address, in: options.clock.uptime - start)
        if state.printsBodies { print(state.redaction.hiding(in: String(decoding: answer.body, as: UTF8.self))) }
        let now = options.clock.now
        if let limit = RateLimitHeaders.description(status: answer.status, fields: answer.fields, now: now),
            request.address.origin == address.origin
        {
            let says = answer.status == 429 || RateLimitHeaders.saysRemaining(answer.fields)
            state.pacing.note(limit, from: endpoint, now: now, says: says)
        }
        return answer
    }
}
