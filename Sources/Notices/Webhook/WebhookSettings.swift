import AccessModel
import ConnectorHTTP
public import ConnectorKit

/// Which program is told of notices.
public struct WebhookSettings: Sendable {
    let address: WebAddress
    let secret: Secret?

    /// Settings that can be gone by.
    ///
    /// - Parameters:
    ///   - address: `https://…`; on this machine `http://…` too.
    ///   - secret: what calls are signed with, so that the other side knows who calls; nil not to.
    /// - Throws: ``NoticeError`` when one of them can't be used.
    public init(address: String, secret: Secret? = nil) throws(NoticeError) {
        // Of an address that can't be read, nobody knows which part is secret.
        guard let parsed = WebAddress(parsing: address) else {
            throw NoticeError(
                .invalidArgument,
                "webhook: is no address one can call. Write https://host/path, without user and password."
            )
        }
        guard parsed.origin.scheme == "https" || parsed.origin.isThisMachine else {
            throw NoticeError(
                .invalidArgument,
                "webhook \(parsed.origin.host): is only called by https://, unless it is on this machine."
            )
        }
        guard secret?.isEmpty != true else {
            throw NoticeError(.invalidArgument, "webhook \(parsed.origin.host): its secret is empty.")
        }
        self.address = parsed
        self.secret = secret
    }

    /// What people are told; paths often hold what only the two sides should know.
    var name: String { "webhook \(address.origin.host)" }
}
