import Hummingbird
import LanternSignIn

/// The cookie by which a browser is known again.
struct SessionCookie: Sendable {
    /// Whether browsers send it over TLS only.
    let isSecure: Bool

    /// The prefix keeps other hosts and unencrypted pages from setting it.
    var name: String { isSecure ? "__Host-lantern" : "lantern" }

    func secret(in request: Request) -> String? { request.cookies[name]?.value }

    func setting(_ secret: String) -> Cookie {
        Cookie(name: name, value: secret, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }

    var removing: Cookie {
        Cookie(name: name, value: "", maxAge: 0, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }
}

/// Finds out who asks: by the cookie of a browser, or by the token of a program.
struct Recognition: RouterMiddleware {
    let signIn: SignIn
    let cookie: SessionCookie
    /// Who everybody is, where nobody signs in.
    var viewer: Session?

    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let viewer {
            // A name that leads to this machine from another site's page would let that page read along.
            guard Self.isLoopback(request.head.authority ?? "") else { throw WebError.forbidden }
            context.session = viewer
            return try await next(request, context)
        }
        if let authorization = request.headers[.authorization], authorization.lowercased().hasPrefix("bearer ") {
            context.caller = try await signIn.caller(bearing: String(authorization.dropFirst(7)))
        } else if let secret = cookie.secret(in: request) {
            context.session = try await signIn.session(secret)
        }
        return try await next(request, context)
    }

    private static func isLoopback(_ authority: String) -> Bool {
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return ["localhost", "127.0.0.1", "[::1]"].contains(String(host))
    }
}
