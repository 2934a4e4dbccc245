import AccessModel
import HTTPTypes
import Hummingbird
import LanternSignIn

extension Site {
    @Sendable func showSignIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let next = request.uri.queryParameters["next"].map(String.init) ?? ""
        if context.session != nil { return see(next) }
        return page(Layout(title: "Sign in", content: signInForm(next: next)))
    }

    @Sendable func takeSignIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(beforeSignIn: request)
        do {
            let secret = try await signIn.signIn(
                email: form["email"], password: form.exact("password"), address: context.address)
            return signedIn(secret, next: form["next"])
        } catch let error as SignInError {
            let content = signInForm(next: form["next"], email: form["email"], problem: error.description)
            return page(Layout(title: "Sign in", content: content), status: WebError(error).status)
        }
    }

    @Sendable func signInByLink(_ request: Request, _ context: WebContext) async throws -> Response {
        let secret = try await signIn.signIn(try context.parameters.require("link"), address: context.address)
        return signedIn(secret, next: "")
    }

    @Sendable func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        if let secret = cookie.secret(in: request) { try await signIn.signOut(secret) }
        var response = see("/sign-in")
        response.setCookie(cookie.removing)
        return response
    }

    private func signedIn(_ secret: String, next: String) -> Response {
        var response = see(next)
        response.setCookie(cookie.setting(secret))
        return response
    }

    private func signInForm(next: String, email: String = "", problem: String = "") -> HTML {
        """
        <div class="door">
        <div class="card">
        <p class="brand">\(Icon.lantern.html)<span>Lantern</span></p>
        <h1>Sign in</h1>
        \(problem.isEmpty ? .blank : Components.notice("\(problem)", .bad))
        <form method="post" action="/sign-in">
        <input type="hidden" name="next" value="\(next)">
        \(Components.field("email", "Email", type: "email", value: email, isRequired: true, autocomplete: "username"))
        \(Components.field("password", "Password", type: "password", isRequired: true, autocomplete: "current-password"))
        <button class="button primary wide" type="submit">Sign in</button>
        </form>
        <p class="muted">Forgotten? An administrator can make a link for a new password.</p>
        </div>
        </div>
        """
    }

    // MARK: The first administrator

    @Sendable func showSetUp(_ request: Request, _ context: WebContext) async throws -> Response {
        let link = try context.parameters.require("link")
        guard try await signIn.isValid(link, for: .setUp) else { throw Self.usedLink }
        return page(Layout(title: "Set up", content: setUpForm(link)))
    }

    @Sendable func takeSetUp(_ request: Request, _ context: WebContext) async throws -> Response {
        let link = try context.parameters.require("link")
        let form = try await Form(beforeSignIn: request)
        do {
            let secret = try await signIn.setUp(
                link, email: form["email"], name: form["name"], password: form.exact("password"),
                address: context.address)
            return signedIn(secret, next: "")
        } catch let error as SignInError where error.statusCode == .invalidArgument {
            let content = setUpForm(link, form, problem: error.description)
            return page(Layout(title: "Set up", content: content), status: .badRequest)
        }
    }

    private func setUpForm(_ link: String, _ form: Form = Form(fields: []), problem: String = "") -> HTML {
        """
        <div class="door">
        <div class="card">
        <p class="brand">\(Icon.lantern.html)<span>Lantern</span></p>
        <h1>Welcome</h1>
        <p>Make the account of the first administrator. This page works once.</p>
        \(problem.isEmpty ? .blank : Components.notice("\(problem)", .bad))
        <form method="post" action="/set-up/\(link)">
        \(Components.field("name", "Name", value: form["name"], autocomplete: "name"))
        \(Components.field("email", "Email", type: "email", value: form["email"], isRequired: true, autocomplete: "username"))
        \(Components.field("password", "Password", type: "password", hint: "12 characters or more. A sentence is easy to remember.", isRequired: true, autocomplete: "new-password"))
        <button class="button primary wide" type="submit">Begin</button>
        </form>
        </div>
        </div>
        """
    }

    // MARK: A new password

    @Sendable func showPassword(_ request: Request, _ context: WebContext) async throws -> Response {
        let link = try context.parameters.require("link")
        guard try await signIn.isValid(link, for: .password) else { throw Self.usedLink }
        return page(Layout(title: "Choose a password", content: passwordForm(link)))
    }

    @Sendable func takePassword(_ request: Request, _ context: WebContext) async throws -> Response {
        let link = try context.parameters.require("link")
        let form = try await Form(beforeSignIn: request)
        do {
            try await signIn.choosePassword(link, form.exact("password"), address: context.address)
            return see("/sign-in")
        } catch let error as SignInError where error.statusCode == .invalidArgument {
            let content = passwordForm(link, problem: error.description)
            return page(Layout(title: "Choose a password", content: content), status: .badRequest)
        }
    }

    private func passwordForm(_ link: String, problem: String = "") -> HTML {
        """
        <div class="door">
        <div class="card">
        <p class="brand">\(Icon.lantern.html)<span>Lantern</span></p>
        <h1>Choose a password</h1>
        \(problem.isEmpty ? .blank : Components.notice("\(problem)", .bad))
        <form method="post" action="/password/\(link)">
        \(Components.field("password", "Password", type: "password", hint: "12 characters or more. A sentence is easy to remember.", isRequired: true, autocomplete: "new-password"))
        <button class="button primary wide" type="submit">Keep it</button>
        </form>
        </div>
        </div>
        """
    }

    private static let usedLink = WebError(
        .notFound, .notFound, "This link doesn't work any more. Ask an administrator for a new one.")
}
