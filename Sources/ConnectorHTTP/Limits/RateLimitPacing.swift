import BatonWire
import SwiftProtobuf
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Knows what is left of the application's limit, and who has to wait for it to be lifted.
final class RateLimitPacing: Sendable {
    enum Admission {
        case go
        case wait(until: Date, C1_Connector_V2_RateLimitDescription)
    }

    private struct Window {
        var description: C1_Connector_V2_RateLimitDescription
        /// What the last answer left, less the requests that went out since.
        var remaining: Int64
    }

    private let scope: RateLimitScope
    private let windows = Mutex<[String: Window]>([:])
    /// Endpoints are few; should a program make them up, the book starts anew rather than growing.
    private static let mostWindows = 1000

    init(_ scope: RateLimitScope) {
        self.scope = scope
    }

    private func key(_ endpoint: String) -> String? {
        switch scope {
        case .application: ""
        case .endpoint: endpoint
        case .off: nil
        }
    }

    /// Whether a request to `endpoint` may go out; if so, it counts.
    func admit(to endpoint: String, now: Date) -> Admission {
        guard let key = key(endpoint) else { return .go }
        return windows.withLock { windows in
            guard var window = windows[key] else { return .go }
            let reset = window.description.resetAt.date
            guard reset > now else {
                windows[key] = nil
                return .go
            }
            guard window.remaining > Self.reserve(of: window.description.limit) else {
                return .wait(until: reset, window.description)
            }
            window.remaining -= 1
            windows[key] = window
            return .go
        }
    }

    /// Takes over what an answer said.
    func note(
        _ description: C1_Connector_V2_RateLimitDescription, from endpoint: String, now: Date, says remaining: Bool
    ) {
        guard let key = key(endpoint), remaining, description.hasResetAt, description.resetAt.date > now else { return }
        windows.withLock { windows in
            if windows.count >= Self.mostWindows { windows.removeAll() }
            var window = Window(description: description, remaining: description.remaining)
            // Answers overtake each other: within one window what is left only shrinks.
            if let known = windows[key], abs(known.description.resetAt.seconds - description.resetAt.seconds) <= 1 {
                window.remaining = min(known.remaining, description.remaining)
            }
            windows[key] = window
        }
    }

    /// What is left to others who use the same credentials: one in a hundred, ten at most.
    static func reserve(of limit: Int64) -> Int64 { min(10, max(0, limit) / 100) }
}
