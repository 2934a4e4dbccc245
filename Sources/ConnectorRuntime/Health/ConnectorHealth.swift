import AccessModel
import Logging
import SyncEngine

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How a connector is, in the words of the ecosystem (connector-runtime §11.1).
struct ConnectorHealth: Sendable {
    /// An answer: its HTTP status and its JSON text.
    struct Answer: Sendable, Equatable {
        let status: Int
        let body: String
    }

    private enum Finding: Sendable {
        case well, noClient, invalid(String)
    }

    private static let noClient = "failed to get connector client"

    private let now: @Sendable () -> Double
    private let validity: HealthProbe<Finding>
    private let readiness: HealthProbe<Finding>

    /// - Parameters:
    ///   - limit: how long an answer is waited for.
    ///   - client: the connector; throws while there is none to be had.
    init(
        limit: Duration = .seconds(30), log: Logger,
        now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 },
        client: @escaping @Sendable () async throws -> any ConnectorClient
    ) {
        self.now = now
        let ready: @Sendable () async -> (any ConnectorClient)? = {
            do {
                return try await client()
            } catch {
                log.warning("health check: the connector can't be reached", metadata: ["error": "\(error)"])
                return nil
            }
        }
        readiness = HealthProbe(limit: limit) { await ready() == nil ? .noClient : .well }
        validity = HealthProbe(limit: limit) {
            guard let client = await ready() else { return .noClient }
            do {
                _ = try await client.validate()
                return .well
            } catch {
                return .invalid("\(error)")
            }
        }
    }

    /// The answer under a path; nil when there is none.
    func answer(_ path: String) async -> Answer? {
        switch path {
        case "/health": await health
        case "/ready": await ready
        case "/live": answer(200, "alive")
        default: nil
        }
    }

    /// Cancels what is under way.
    func stop() async {
        await validity.stop()
        await readiness.stop()
    }

    private var health: Answer {
        get async {
            switch await validity.finding() {
            case .well?: answer(200, "healthy")
            case .noClient?: answer(503, "unhealthy", [("error", Self.noClient)])
            case .invalid(let problem)?: unhealthy(problem)
            case nil: unhealthy("no answer from the connector in time")
            }
        }
    }

    private var ready: Answer {
        get async {
            if case .well? = await readiness.finding() { return answer(200, "ready") }
            return answer(503, "not_ready", [("error", Self.noClient)])
        }
    }

    private func unhealthy(_ problem: String) -> Answer {
        answer(503, "unhealthy", [("error", "connector validation failed"), ("validation_error", problem)])
    }

    private func answer(_ status: Int, _ word: String, _ details: [(key: String, value: String)] = []) -> Answer {
        var members = [
            (key: "status", value: JSONText.quoted(word)),
            (key: "timestamp", value: JSONText.quoted(Timestamp.seconds(now()))),
        ]
        if !details.isEmpty {
            members.append(("details", JSONText.object(details.map { ($0.key, JSONText.quoted($0.value)) })))
        }
        return Answer(status: status, body: JSONText.object(members) + "\n")
    }
}
