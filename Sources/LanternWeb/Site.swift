public import ExternalSources
import HTTPTypes
import Hummingbird
public import LanternCatalog
public import LanternSignIn
public import Logging

/// The application of the catalog, and not that of the HTTP library.
typealias Application = LanternCatalog.Application

/// What the pages and the API are made of.
public struct Site: Sendable {
    let catalog: any Catalog
    let signIn: SignIn
    let imports: ImportQueue
    /// What files are fetched by; nil when none are.
    let poller: SourcePoller?
    let settings: Settings
    let log: Logger

    /// How a server presents itself.
    public struct Settings: Sendable {
        /// Whether everything goes over TLS, so that cookies can be kept to it.
        public var isSecure: Bool
        /// Most bytes of one upload.
        public var uploadLimit: Int64

        /// Whether one file is shown to whoever is at this machine: nobody signs in, and nothing can be changed.
        public var isExplorer = false

        /// Settings of a server.
        public init(isSecure: Bool, uploadLimit: Int64 = 5 << 30) {
            self.isSecure = isSecure
            self.uploadLimit = uploadLimit
        }
    }

    /// A site over a catalog and the people who may use it.
    public init(
        catalog: any Catalog, signIn: SignIn, imports: ImportQueue, poller: SourcePoller? = nil, settings: Settings,
        log: Logger
    ) {
        self.catalog = catalog
        self.signIn = signIn
        self.imports = imports
        self.poller = poller
        self.settings = settings
        self.log = log
    }

    var cookie: SessionCookie { SessionCookie(isSecure: settings.isSecure) }
    var now: Int64 { SQLiteCatalog.systemTime() }

    // MARK: Who may do what

    /// The application with an id, if whoever asks may see it.
    func application(_ id: String, for context: WebContext) async throws -> Application {
        guard try context.requireUser().sees(id) else { throw WebError.forbidden }
        return try await catalog.application(id)
    }

    /// Checks that whoever asks may change an application.
    func requireChange(of application: String, by context: WebContext) throws {
        guard try context.requireUser().changes(application), context.caller?.scope != .read else {
            throw WebError.forbidden
        }
    }

    /// Notes what somebody did.
    func record(_ action: String, on subject: String, detail: String = "", by context: WebContext) async throws {
        try await signIn.record(
            action, by: context.user?.email ?? "", on: subject, detail: detail, address: context.address)
    }

    // MARK: Answers

    /// A page.
    func page(_ layout: Layout, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: layout.html.text)))
    }

    /// The way to another page of ours, after something was done.
    func see(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: Self.isOurs(path) ? path : "/apps"])
    }

    /// Whether a path can only be one of this server's.
    ///
    /// Browsers leave out blanks of all kinds, after which `/ /example.com` would lead elsewhere.
    static func isOurs(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.hasPrefix("//")
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
    }
}
