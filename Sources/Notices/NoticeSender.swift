import AccessModel
import ConnectorHTTP
public import Logging

/// Tells people of notices by e-mail, and programs by a webhook.
public struct NoticeSender: Sendable {
    private let mail: MailSettings?
    private let webhook: WebhookSettings?
    private let surroundings: Surroundings

    /// A sender of what is set up.
    ///
    /// - Parameters:
    ///   - mail: how e-mail is sent; nil to send none.
    ///   - webhook: what is told of each notice; nil for nothing.
    ///   - environment: the variables to go by: proxies on the way to the webhook, trusted certificates.
    ///   - log: where remarks go; never a secret.
    public init(mail: MailSettings?, webhook: WebhookSettings?, environment: [String: String], log: Logger) {
        self.init(mail: mail, webhook: webhook, Surroundings(environment: environment, log: log))
    }

    init(mail: MailSettings?, webhook: WebhookSettings?, _ surroundings: Surroundings) {
        self.mail = mail
        self.webhook = webhook
        self.surroundings = surroundings
    }

    /// Whether there is a way to tell anybody.
    public var isActive: Bool { mail != nil || webhook != nil }

    /// Sends a notice on all the ways that are set up; where one fails, the others are still gone.
    ///
    /// - Parameter recipients: addresses that get an e-mail; those that take none don't keep it from the others.
    /// - Throws: ``NoticeError`` that names whom the notice didn't reach, `CancellationError`.
    public func send(_ notice: Notice, to recipients: [String]) async throws {
        async let mailed = failure(of: "mail") {
            guard let mail, !recipients.isEmpty else { return }
            try await Mailing(settings: mail, surroundings: surroundings).send(notice, to: recipients)
        }
        async let called = failure(of: "webhook") {
            guard let webhook else { return }
            try await WebhookCall(settings: webhook, surroundings: surroundings).send(notice)
        }
        let failures = await [mailed, called].compactMap { $0 }
        try Task.checkCancellation()
        guard let first = failures.first else { return }
        throw NoticeError(first.statusCode, failures.map(\.description).joined(separator: " "))
    }

    private func failure(of way: String, _ send: () async throws -> Void) async -> NoticeError? {
        do {
            try await send()
            return nil
        } catch let error as NoticeError {
            return error
        } catch {
            return NoticeError(StatusCode(of: error), "\(way): \(OneLine.text("\(error)", limit: 300))")
        }
    }
}

/// What sending goes by, whatever the way.
struct Surroundings: Sendable {
    let environment: [String: String]
    let log: Logger
    /// Time; tests bring their own.
    var clock: any ClientClock = SystemClock()
    /// How long anything may take.
    var limits = TimeLimits()
}

/// How long anything may take.
struct TimeLimits: Sendable {
    /// Until a mail server takes a message: many look up first who comes, and let wait who is new to them.
    var greeting = Duration.seconds(30)
    /// One e-mail with everything.
    var mail = Duration.seconds(60)
    /// One attempt to call a webhook.
    var call = Duration.seconds(30)
}
