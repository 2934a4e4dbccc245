import Hummingbird
import LanternSignIn
import Logging
import NIOCore

/// What is known of a request beside the request itself.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Where it comes from.
    let address: String
    /// The id under which the log tells of it.
    let requestID: String
    /// Who is signed in with a browser.
    var session: Session?
    /// Who is behind the program that asks.
    var caller: ProgramCaller?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "local"
        requestID = source.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? ""
    }

    /// Whoever asks.
    var user: User? { session?.user ?? caller?.user }

    /// Whoever asks.
    ///
    /// - Throws: `WebError` when nobody is signed in; routes that need somebody are behind a check already.
    func requireUser() throws(WebError) -> User {
        guard let user else { throw WebError.notSignedIn }
        return user
    }
}
