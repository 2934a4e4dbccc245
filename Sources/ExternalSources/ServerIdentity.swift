import AWSCalls
import Logging
import ObjectStorage
import Synchronization

/// Who the server is at AWS, found out beside whoever asks: off AWS nobody answers where a machine asks for its role.
final class ServerIdentity: Sendable {
    private struct State {
        var name: String?
        var isBeingFound = false
        var foundAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let environment: [String: String]
    private let log: Logger

    /// How long an answer is good.
    private static let age = Duration.seconds(600)

    init(_ environment: [String: String], log: Logger) {
        self.environment = environment
        self.log = log
    }

    /// The ARN; nil when there is none, or it isn't known within three seconds.
    func name() async -> String? {
        begin()
        for _ in 0..<60 {
            if let found = state.withLock({ $0.isBeingFound ? nil : $0 }) { return found.name }
            guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { break }
        }
        return state.withLock { $0.name }
    }

    private func begin() {
        let isNew = state.withLock { state in
            if state.isBeingFound { return false }
            if let at = state.foundAt, ContinuousClock.now - at < Self.age { return false }
            state.isBeingFound = true
            return true
        }
        guard isNew else { return }
        // It ends by itself: each of its steps has a limit.
        Task { [self] in
            let name = await find()
            state.withLock { $0 = State(name: name, isBeingFound: false, foundAt: .now) }
        }
    }

    private func find() async -> String? {
        do {
            return try await AWSIdentity.principal(environment, log: log)
        } catch {
            log.debug("the server has no name at AWS", metadata: ["because": "\(error)"])
            return nil
        }
    }
}
