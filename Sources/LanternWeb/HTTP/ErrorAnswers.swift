import AccessModel
import HTTPTypes
import Hummingbird
import LanternSignIn
import Logging

/// Turns errors into pages for people and JSON for programs; what isn't meant for either goes to the log.
struct ErrorAnswers: RouterMiddleware {
    let site: Site

    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return answer(error, request, context)
        }
    }

    private func answer(_ error: any Error, _ request: Request, _ context: WebContext) -> Response {
        let problem: WebError
        if let error = error as? HTTPError {
            problem = error.status == .notFound ? .notFound : WebError(error.status, .invalidArgument, error.body ?? "")
        } else {
            problem = WebError(error)
        }
        if problem.status == .internalServerError {
            site.log.error("request failed", error: error, metadata: ["request": "\(context.requestID)"])
        }
        if request.uri.path.hasPrefix("/api/") || request.wantsJSON { return APIAnswer.error(problem) }
        if problem.status == .unauthorized {
            let here = request.method == .get ? request.uri.string : "/apps"
            return site.see("/sign-in?next=\(here.urlEncoded)")
        }
        return site.page(
            Layout(title: problem.title, session: context.session, content: problem.page(context.requestID)),
            status: problem.status)
    }
}

extension Request {
    /// Whether a script of ours asks, which can show a message by itself.
    var wantsJSON: Bool { headers[.accept]?.hasPrefix("application/json") == true }
}

extension WebError {
    fileprivate var title: String {
        switch status {
        case .notFound: "Not found"
        case .forbidden: "Not allowed"
        case .internalServerError: "Something went wrong"
        default: "That didn't work"
        }
    }

    fileprivate func page(_ request: String) -> HTML {
        let hint: HTML =
            status == .internalServerError
            ? "<p class=\"muted\">Request <code>\(request)</code> in the log tells more.</p>" : .blank
        return """
            <h1 class="hidden">\(title)</h1>
            \(Components.empty(
                status == .forbidden ? .lock : status == .notFound ? .search : .error, title,
                "<p>\(description)</p>\(hint)<p><a class=\"button\" href=\"/apps\">Go to Apps</a></p>"))
            """
    }
}

extension String {
    /// The text as it stands in a query.
    var urlEncoded: String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        return utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
        }.joined()
    }
}

/// Lets only those on who are signed in with a browser.
struct SignedIn: RouterMiddleware {
    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard context.session != nil else { throw WebError.notSignedIn }
        return try await next(request, context)
    }
}

/// Tells the log of each request: what was asked, what was answered, how long it took; never what was sent.
struct RequestLog: RouterMiddleware {
    let log: Logger

    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let time = ContinuousClock.now - start
        let path = request.uri.path
        guard path != "/healthz", !path.hasPrefix("/assets/") else { return response }
        log.info(
            "request",
            metadata: [
                "request": "\(context.requestID)", "method": "\(request.method)", "path": "\(path.withoutSecrets)",
                "status": "\(response.status.code)", "user": "\(context.user?.email ?? "-")",
                "milliseconds": "\(Double(Int(time / .microseconds(100))) / 10)",
            ])
        return response
    }
}

extension String {
    /// The path without the secrets of links that work once.
    fileprivate var withoutSecrets: String {
        for prefix in ["/sign-in/", "/set-up/", "/password/"] where hasPrefix(prefix) { return prefix + "…" }
        return self
    }
}
