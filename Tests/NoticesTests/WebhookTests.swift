import AccessModel
import ConnectorKit
import Foundation
import Testing

@testable import Notices

@Suite(.enabled(if: MailService.isThere, MailService.absence), .serialized)
struct `webhook` {
    private let service: MailService
    private let test = TestSurroundings()
    private static let secret = "sh4red-sécret"

    init() throws { service = try MailService() }

    @Test func `is told what happened, signed`() async throws {
        var notice = Notice.example
        notice.subject = "Gehälter \"🔥\"\nnicht\u{1} übernommen"
        notice.facts.append(("first", "2"))
        let webhook = try service.webhook(secret: Secret(Self.secret))
        try service.behave(["secret": Self.secret])
        let before = Date()
        try await test.sender(webhook: webhook).send(notice, to: ["ann@example.com"])
        let seen = try service.behave()
        let call = try #require(seen.calls.first)
        #expect(seen.calls.count == 1 && seen.mails.isEmpty)
        #expect(call.path == "/hooks/t0ken?key=t0ken" && call.type == "application/json" && call.version == "v1")
        #expect(call.isDigestRight && call.isSignatureRight && call.event == "sync.failed" && KSUID(call.id) != nil)
        #expect(call.body.version == "v1" && call.body.event == "sync.failed" && call.body.subject == notice.subject)
        #expect(call.body.text == notice.text && call.body.link == notice.link)
        #expect(call.body.details == ["application": "Payroll", "attempt": "3", "first": "2"])
        #expect(call.names == ["application", "attempt", "first"])
        let at = try Date(call.body.at, strategy: .iso8601)
        // It is told in whole seconds.
        #expect(at >= before.addingTimeInterval(-1) && at <= Date())
        #expect(!test.lines.text.contains(Self.secret) && !test.lines.text.contains("t0ken"))
        #expect(!"\(webhook)".contains(Self.secret))
    }

    @Test func `is told unsigned without a secret, and with an event that fits a header`() async throws {
        var notice = Notice.example
        notice.event = "sync\r\nX-Eve: 1 ü"
        try await test.sender(webhook: service.webhook()).send(notice, to: [])
        let call = try #require(service.behave().calls.first)
        #expect(call.isDigestRight && call.isSignatureRight)
        #expect(call.event == "sync-X-Eve--1--" && call.body.event == notice.event)
    }

    @Test func `is told again what it couldn't take`() async throws {
        try service.behave(["statuses": [503, 429, 200], "length": 1_000_000])
        #expect(try await test.complaint(webhook: service.webhook()) == "")
        let calls = try service.behave(["statuses": ["break", "break", 202]]).calls
        #expect(calls.count == 3 && Set(calls.map(\.id)).count == 1)
        #expect(test.clock.pauses.count == 2)
        #expect(try await test.complaint(webhook: service.webhook()) == "")
        #expect(try service.behave().calls.count == 3)
        #expect(test.lines.text.contains("calling the webhook again"))
    }

    @Test func `is told again no sooner than it asks for, within bounds`() async throws {
        try service.behave(["statuses": [503, 200], "fields": ["Retry-After": "12"]])
        #expect(try await test.complaint(webhook: service.webhook()) == "")
        #expect(test.clock.pauses == [.seconds(12)])
        try service.behave(["statuses": [503, 200], "fields": ["Retry-After": "-99999999999999"]])
        #expect(try await test.complaint(webhook: service.webhook()) == "")
        #expect(try #require(test.clock.pauses.last) <= .seconds(1))
    }

    @Test func `that doesn't take it in three times is named`() async throws {
        try service.behave(["statuses": [500, 502, 599, 200]])
        #expect(
            try await test.complaint(webhook: service.webhook(secret: Secret(Self.secret)))
                == "webhook 127.0.0.1: answers with status 599.")
        #expect(try service.behave().calls.count == 3)
    }

    @Test(arguments: [400, 401, 404, 410, 422])
    func `that refuses is asked once`(_ status: Int) async throws {
        try service.behave(["statuses": [status, 200]])
        let complaint = try await test.complaint(webhook: service.webhook(secret: Secret(Self.secret)))
        #expect(complaint.hasPrefix("webhook 127.0.0.1: answers with status \(status)."), "\(complaint)")
        #expect(!complaint.contains("t0ken") && !complaint.contains(Self.secret))
        #expect(try service.behave().calls.count == 1)
    }

    @Test(arguments: [301, 302, 307, 308])
    func `is not sought elsewhere`(_ status: Int) async throws {
        try service.behave(["statuses": [status, 200], "fields": ["Location": "/elsewhere"]])
        #expect(
            try await test.complaint(webhook: service.webhook()).hasPrefix(
                "webhook 127.0.0.1: leads elsewhere with status \(status)"))
        #expect(try service.behave().calls.map(\.path) == ["/hooks/t0ken?key=t0ken"])
    }

    @Test func `that gives no answer is named`() async throws {
        var test = test
        test.limits.call = .milliseconds(300)
        try service.behave(["statuses": ["wait", "wait", "wait"]])
        #expect(try await test.complaint(webhook: service.webhook()).hasSuffix("answer in time."))
        #expect(try service.behave().calls.count == 3)
        let nobody = try WebhookSettings(address: "http://127.0.0.1:1/t0ken")
        #expect(try await test.complaint(webhook: nobody) == "webhook 127.0.0.1: connection refused.")
    }

    @Test func `is called no longer when its task ends`() async throws {
        try service.behave(["statuses": ["wait"]])
        let sender = test.sender(webhook: try service.webhook())
        let sending = Task { try await sender.send(.example, to: []) }
        while try service.behave(["statuses": ["wait"]]).calls.isEmpty { await Task.yield() }
        sending.cancel()
        await #expect(throws: CancellationError.self) { try await sending.value }
    }

    @Test func `isn't kept from a notice by mail that fails, nor mail by it`() async throws {
        let nowhere = try MailSettings(server: "smtp://127.0.0.1:1", sender: "lantern@example.com")
        let mailFailed = try await test.complaint(mail: nowhere, webhook: service.webhook())
        #expect(mailFailed.hasPrefix("mail server 127.0.0.1:1: no connection") && !mailFailed.contains("webhook"))
        #expect(try service.behave(["statuses": [400, 400]]).calls.count == 1)
        let callFailed = try await test.complaint(mail: service.plain(), webhook: service.webhook())
        #expect(callFailed == "webhook 127.0.0.1: answers with status 400.")
        #expect(try service.behave(["statuses": [400]]).mails.count == 1)
        let bothFailed = try await test.complaint(mail: nowhere, webhook: service.webhook())
        #expect(bothFailed.hasPrefix("mail server 127.0.0.1:1: no connection"))
        #expect(bothFailed.hasSuffix(" webhook 127.0.0.1: answers with status 400."))
    }

    @Test func `is called encrypted where it can be trusted`() async throws {
        let address = "https://localhost:\(service.port("encryptedWebhook"))/t0ken"
        let webhook = try WebhookSettings(address: address, secret: Secret(Self.secret))
        #expect(try await test.complaint(webhook: webhook).hasPrefix("webhook localhost: the other side isn't trusted"))
        #expect(try service.behave(["secret": Self.secret]).calls.isEmpty)
        var test = test
        test.environment = ["SSL_CERT_FILE": service.certificate]
        #expect(try await test.complaint(webhook: webhook) == "")
        #expect(try service.behave().calls.map(\.isSignatureRight) == [true])
    }

    @Test func `can't be called through a proxy that is none`() async throws {
        var test = test
        test.environment = ["HTTPS_PROXY": "ftp://proxy"]
        #expect(try await test.complaint(webhook: service.webhook()).hasPrefix("webhook: HTTPS_PROXY: "))
    }

    @Test func `has settings that can be gone by`() throws {
        for good in ["https://hooks.example.com/x?y=z", "http://localhost:8080", "http://[::1]/", "http://127.1.2.3/"] {
            #expect(throws: Never.self) { try WebhookSettings(address: good) }
        }
        for bad in [
            "", "hooks.example.com", "ftp://hooks.example.com", "http://hooks.example.com/t0ken",
            "http://127.example.com/t0ken",
            "http://127.0.0.1.example.com/t0ken", "http://0x7f.1/t0ken", "http://10.0.0.1/t0ken",
            "https://me:t0ken@hooks.example.com/",
            "https://hooks.example.com/\r\nt0ken",
        ] {
            let error = #expect(throws: NoticeError.self) { try WebhookSettings(address: bad) }
            #expect(error?.description.contains("t0ken") == false, "\(bad)")
        }
        #expect(throws: NoticeError.self) {
            try WebhookSettings(address: "https://hooks.example.com", secret: Secret(""))
        }
    }

    @Test func `needs to be there, or mail, for anything to be told`() async throws {
        #expect(!test.sender().isActive)
        #expect(try test.sender(webhook: service.webhook()).isActive && test.sender(mail: service.plain()).isActive)
        try await test.sender().send(.example, to: ["ann@example.com"])
    }
}
