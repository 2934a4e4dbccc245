package import StandinKit
import Synchronization
import WireForm

/// A program that answers as Okta's management API does, from a directory of its own.
///
/// It listens while ``withServer(overTLS:_:)`` runs. What goes wrong, and what was asked, is at ``faults`` and
/// ``journal``.
package final class OktaStandin: Sendable {
    /// What was asked.
    package let journal = Journal()
    /// What goes wrong on purpose.
    package let faults: FaultBoard
    /// The time that tokens, limits and objects go by.
    package let clock = StandinClock()
    /// How many requests are answered in a stretch of time.
    package let limits: RateLimits
    private let org: Mutex<Org>
    private let requests = Mutex(0)

    /// Limits that no test reaches by accident; their headers are there all the same.
    package static let wideLimits = [
        RateLimit("/api/v1/users/*", requests: 100_000), RateLimit("/api/v1/users", requests: 100_000),
        RateLimit("/api/v1/groups*", requests: 100_000), RateLimit("/api/v1/apps*", requests: 100_000),
        RateLimit("/api/v1/logs", requests: 100_000), RateLimit("/oauth2/v1/token", requests: 100_000),
        RateLimit("/api/v1/*", requests: 100_000),
    ]

    package init(_ directory: OktaDirectory, faults: [Fault] = [], limits: [RateLimit] = OktaStandin.wideLimits) {
        org = Mutex(directory.org)
        self.faults = FaultBoard(faults)
        self.limits = RateLimits(limits)
    }

    /// Listens on a free port of the loopback address while `body` runs.
    package func withServer<Result: Sendable>(
        overTLS: Bool = true, _ body: (RunningStandin) async throws -> Result
    ) async throws -> Result {
        try await RunningStandin.serving(overTLS: overTLS, answer, while: body)
    }

    /// Answers one request, of a client or of somebody who sets faults.
    @Sendable package func answer(_ request: StandinRequest) async -> StandinAnswer {
        if let answer = control.answer(request) { return answer }
        let effects = faults.strike(request)
        if effects.contains(.dropRequest) { return note(request, StandinAnswer(0).suffering(effects), effects) }
        var answer = work(request, effects)
        answer.add("Date", clock.now.httpDate)
        answer.add("X-Okta-Request-Id", "req\(requests.withLock { count -> Int in count += 1; return count })")
        return note(request, answer.suffering(effects), effects)
    }

    func change(_ edit: (inout Org) -> Void) {
        org.withLock { edit(&$0) }
    }

    private func work(_ request: StandinRequest, _ effects: [Fault.Effect]) -> StandinAnswer {
        let now = clock.now
        let standing = limits.take(request.method, request.target.path, at: now)
        var answer: StandinAnswer
        var reset = standing?.reset
        var isLimited = standing?.isExceeded ?? false
        if let seconds = effects.limitedSeconds {
            isLimited = true
            reset = now.seconds + Int64(seconds)
        }
        if isLimited {
            answer = OktaError.tooManyRequests.answer(id: "oaelimit\(now.milliseconds)")
        } else if let status = effects.failure {
            answer = Self.failure(status)
        } else {
            answer = org.withLock { org in
                request.target.path == "/oauth2/v1/token"
                    ? org.tokenAnswer(request, now: now) : org.answer(request, effects, now: now)
            }
        }
        if let standing, let reset {
            answer.add("X-Rate-Limit-Limit", String(standing.limit))
            answer.add("X-Rate-Limit-Remaining", String(isLimited ? 0 : standing.remaining))
            answer.add("X-Rate-Limit-Reset", String(reset))
        }
        return answer
    }

    /// Okta fails in JSON, what stands before it in HTML.
    private static func failure(_ status: Int) -> StandinAnswer {
        if status == 500 { return OktaError.internalError.answer(id: "oaefailure") }
        var answer = StandinAnswer(status, body: Array("<html><body><h1>\(status)</h1></body></html>".utf8))
        answer.add("Content-Type", "text/html")
        return answer
    }

    private func note(
        _ request: StandinRequest, _ answer: StandinAnswer, _ effects: [Fault.Effect]
    ) -> StandinAnswer {
        journal.note(
            request, body: Self.withoutSecrets(request), status: answer.status, faults: effects.map { "\($0)" })
        return answer
    }

    private static let secrets: Set = ["value", "answer", "hash", "password", "client_assertion"]

    private static func withoutSecrets(_ request: StandinRequest) -> String {
        if request.mediaType == "application/x-www-form-urlencoded" {
            let items = RequestTarget.query(String(decoding: request.body, as: UTF8.self)) ?? []
            return items.map { "\($0.name)=\(secrets.contains($0.name) ? "***" : $0.value)" }.joined(separator: "&")
        }
        guard !request.body.isEmpty else { return "" }
        return (try? JSONValue(parsing: request.body).hiding(secrets).text) ?? "(no JSON)"
    }
}
