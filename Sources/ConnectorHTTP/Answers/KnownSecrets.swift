import AccessModel
import ConnectorKit
import Synchronization

/// The secrets of one client: those it was made with, and the tokens it got.
final class KnownSecrets: Sendable {
    private struct Known {
        /// The tokens of late, which calls under way may still have.
        var tokens: [Secret] = []
        var redaction: Redaction
    }

    private let given: [Secret]
    private let known: Mutex<Known>
    /// Two renewals, each an access token and a refresh token.
    private static let mostTokens = 4

    init(_ given: [Secret]) {
        self.given = given
        known = Mutex(Known(redaction: Redaction(given)))
    }

    /// Keeps a token out of logs and errors from now on.
    func add(_ token: Secret) {
        known.withLock { known in
            func isSame(_ other: Secret) -> Bool { other.reveal().hasSameBytes(as: token.reveal()) }
            guard known.tokens.last.map(isSame) != true else { return }
            known.tokens.removeAll(where: isSame)
            known.tokens = known.tokens.suffix(Self.mostTokens - 1) + [token]
            known.redaction = Redaction(given + known.tokens)
        }
    }

    /// What must not be seen.
    var redaction: Redaction { known.withLock { $0.redaction } }
}
