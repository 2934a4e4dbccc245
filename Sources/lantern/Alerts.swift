import AccessModel
import CommandLineKit
import ConnectorKit
import ExternalSources
import LanternCatalog
import LanternSignIn
import Logging
import Notices
import WireForm

/// Tells the owners of applications and of external data sources what needs them (platform.md §3.7, §7.5).
struct Alerts: Sendable {
    private let catalog: any Catalog
    private let signIn: SignIn
    private let sender: NoticeSender
    private let publicURL: String
    private let log: Logger

    init(_ sender: NoticeSender, _ catalog: any Catalog, _ signIn: SignIn, publicURL: String, log: Logger) {
        self.sender = sender
        self.catalog = catalog
        self.signIn = signIn
        self.publicURL = publicURL
        self.log = log
    }

    /// After how many failures in a row people are told.
    private static let failures = 3

    /// Tells of a data source that has failed too often, and that it works again.
    func tell(of source: DataSource, _ event: SourceEvent) async {
        guard let feed = source.feed else { return }
        switch event {
        case .failed(let error, let times) where times == Self.failures:
            await send("sync.failed", about: source, feed) { application in
                (
                    "\(application.name): \(feed.key) can't be fetched",
                    "\(feed.key) of \(application.name) could not be fetched from \(feed.externalSourceName), \(times) times in a row:\n\n\(error)\n\nWhat was imported before stays. It is tried again when its time comes."
                )
            }
        case .recovered(let times) where times >= Self.failures:
            await send("sync.recovered", about: source, feed) { application in
                (
                    "\(application.name): \(feed.key) is fetched again",
                    "\(feed.key) of \(application.name) is fetched again, after \(times) failures."
                )
            }
        default: return
        }
    }

    /// Tells of an import that waits for somebody, who doesn't know yet.
    func tell(of run: ImportRun) async {
        do {
            let application = try await catalog.application(run.applicationID)
            let source = try await catalog.dataSource(run.dataSourceID)
            try await sender.send(
                Notice(
                    event: "sync.paused", subject: "\(application.name): an import waits for you",
                    text:
                        "\(run.fileName) was not applied to \(application.name): \(run.pauseReason).\n\nLook at the changes, and confirm or discard them.",
                    link: link("/imports/\(run.id)"), facts: facts(application, source)),
                to: try await recipients(application.id, source.feed?.externalSourceID))
        } catch {
            complain(error)
        }
    }

    private func send(
        _ event: String, about source: DataSource, _ feed: Feed,
        _ words: (Application) -> (subject: String, text: String)
    ) async {
        do {
            let application = try await catalog.application(source.applicationID)
            let (subject, text) = words(application)
            try await sender.send(
                Notice(
                    event: event, subject: subject, text: text, link: link("/data-sources/\(source.id)/feed"),
                    facts: facts(application, source)),
                to: try await recipients(application.id, feed.externalSourceID))
        } catch {
            complain(error)
        }
    }

    private func complain(_ error: any Error) {
        guard !Task.isCancelled else { return }
        log.error("owners can't be told", error: error)
    }

    private func facts(_ application: Application, _ source: DataSource) -> [(name: String, value: String)] {
        [
            ("application", application.name), ("applicationId", application.id), ("dataSource", source.name),
            ("dataSourceId", source.id), ("fileName", source.feed?.key ?? source.fileName),
        ]
    }

    private func link(_ path: String) -> String { publicURL.isEmpty ? "" : publicURL + path }

    /// The owners; where there are none, the administrators.
    private func recipients(_ application: String, _ externalSource: String?) async throws -> [String] {
        var owners = try await signIn.owners(of: application)
        if let externalSource { owners += try await signIn.owners(of: externalSource) }
        owners.removeAll(where: \.isDisabled)
        if owners.isEmpty {
            owners = try await signIn.users().filter { $0.role == .administrator && !$0.isDisabled }
        }
        return Array(Set(owners.map(\.email))).sorted()
    }
}

extension NoticeSender {
    /// Sends by what the flags of the server say.
    init(_ flags: ParsedFlags, environment: [String: String], log: Logger) throws {
        for (part, whole) in [
            ("mail-from", "mail-server"), ("mail-user", "mail-server"), ("mail-password-file", "mail-server"),
            ("webhook-secret-file", "webhook"),
        ] where !flags.string(part).isEmpty && flags.string(whole).isEmpty {
            throw UsageError("--\(part): goes together with --\(whole)")
        }
        var mail: MailSettings?
        if !flags.string("mail-server").isEmpty {
            let password = try Self.secret(in: flags.string("mail-password-file"))
            mail = try MailSettings(
                server: flags.string("mail-server"), sender: flags.string("mail-from"),
                user: flags.string("mail-user"), password: password)
        }
        var webhook: WebhookSettings?
        if !flags.string("webhook").isEmpty {
            webhook = try WebhookSettings(
                address: flags.string("webhook"), secret: try Self.secret(in: flags.string("webhook-secret-file")))
        }
        self.init(mail: mail, webhook: webhook, environment: environment, log: log)
    }

    private static func secret(in path: String) throws -> Secret? { path.isEmpty ? nil : try SecretFile.read(path) }
}
