import ConnectorHTTP
import ConnectorKit
import Foundation
import Logging
import PythonServices
import Synchronization
import Testing

@testable import Notices

/// A mail service and a webhook in a process of their own.
final class MailService: Sendable {
    /// A message as somebody else's reader understands it.
    struct Mail: Decodable {
        let fields: [String]
        let subject: String
        let from: [String]
        let to: [String]
        let date: Double
        let weekdayFits: Bool
        let id: String
        let auto: String
        let type: String
        let text: String
        let defects: [String]
        let longest: Int
        let longestFolded: Int
        let isPlainASCII: Bool
        let hasBlanksAtEnds: Bool
        let sender: String
        let recipients: [String]
        let isEncrypted: Bool
        let user: String
    }

    /// A call of the webhook.
    struct Call: Decodable {
        struct Body: Decodable {
            let version: String
            let event: String
            let subject: String
            let text: String
            let link: String
            let at: String
            let details: [String: String]
        }
        let path: String
        let isDigestRight: Bool
        let isSignatureRight: Bool
        let version: String
        let id: String
        let event: String
        let type: String
        let body: Body
        let names: [String]
        let at: Double
    }

    /// What came in.
    struct Seen: Decodable {
        let mails: [Mail]
        let calls: [Call]
    }

    private struct Place: Decodable {
        let ports: [String: Int]
        let certificate: String
    }

    private let service: PythonService
    private let place: Place

    static let isThere = PythonService.hasPackage("aiosmtpd")
    static let absence = Comment(rawValue: PythonService.absence(of: "aiosmtpd"))

    /// A password that both sides know, with what could be misread on the way.
    static let password = "passöword 'with\" marks"

    init() throws {
        service = try PythonService("mail-service.py", besides: #filePath)
        place = try JSONDecoder().decode(Place.self, from: Data(service.greeting.utf8))
    }

    /// Behaves in this way from now on, and in no other; returns what came in since the last time.
    @discardableResult
    func behave(_ behaviour: [String: Any] = [:]) throws -> Seen {
        try service.tell(behaviour, Seen.self)
    }

    /// The file of whom to trust.
    var certificate: String { place.certificate }

    func port(_ name: String) -> Int { place.ports[name] ?? 0 }

    /// The address of one of its mail servers.
    func server(_ name: String, scheme: String = "smtp", host: String = "127.0.0.1") -> String {
        "\(scheme)://\(host):\(port(name))"
    }

    /// The server that takes mail from everybody.
    func plain() throws -> MailSettings { try MailSettings(server: server("plain"), sender: "lantern@example.com") }

    func webhook(secret: Secret? = nil) throws -> WebhookSettings {
        try WebhookSettings(address: "http://127.0.0.1:\(port("webhook"))/hooks/t0ken?key=t0ken", secret: secret)
    }
}

/// What tests go by in place of the time and the log of a program.
struct TestSurroundings {
    let lines = LogLines()
    let clock = ImpatientClock()
    var limits = TimeLimits()
    var environment: [String: String] = [:]

    var surroundings: Surroundings {
        let lines = lines
        return Surroundings(
            environment: environment, log: Logger(label: "test") { _ in lines }, clock: clock, limits: limits)
    }

    func sender(mail: MailSettings? = nil, webhook: WebhookSettings? = nil) -> NoticeSender {
        NoticeSender(mail: mail, webhook: webhook, surroundings)
    }

    /// What sending complains of; empty when it doesn't.
    func complaint(
        _ notice: Notice = .example, mail: MailSettings? = nil, webhook: WebhookSettings? = nil,
        to recipients: [String] = ["ann@example.com"]
    ) async throws -> String {
        do {
            try await sender(mail: mail, webhook: webhook).send(notice, to: recipients)
            return ""
        } catch let error as NoticeError {
            #expect(!error.description.contains { $0.isNewline })
            return error.description
        }
    }
}

/// A clock whose pauses are short, and told.
final class ImpatientClock: ClientClock {
    private let system = SystemClock()
    private let waited = Mutex<[Duration]>([])
    var now: Date { system.now }
    var uptime: Duration { system.uptime }
    /// The pauses that were asked for.
    var pauses: [Duration] { waited.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        // Limits are waited for whole: they aren't whole seconds here, or too many of them.
        guard duration < .seconds(29), duration >= .milliseconds(500) else {
            return try await system.sleep(for: duration)
        }
        waited.withLock { $0.append(duration) }
        try await system.sleep(for: duration / 50)
    }
}

/// All that is logged.
final class LogLines: LogHandler, Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }
}

extension Notice {
    static let example = Notice(
        event: "sync.failed", subject: "Payroll was not imported", text: "The file has no rows.\nIt is kept.",
        link: "https://lantern.example.com/applications/1", facts: [("application", "Payroll"), ("attempt", "3")])
}
