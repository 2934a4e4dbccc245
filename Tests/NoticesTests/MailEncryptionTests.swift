import AccessModel
import ConnectorKit
import Foundation
import Testing

@testable import Notices

@Suite(.enabled(if: MailService.isThere, MailService.absence), .serialized)
struct `encrypted mail` {
    private let service: MailService
    private var test = TestSurroundings()

    init() throws { service = try MailService() }

    private func settings(
        _ server: String, password: String = MailService.password, caFile: String?,
        encryption: MailSettings.Encryption = .always
    ) throws -> MailSettings {
        try MailSettings(
            server: server, sender: "lantern@example.com", user: "lantern", password: Secret(password), caFile: caFile,
            encryption: encryption)
    }

    @Test func `goes by STARTTLS and by TLS from the start, with user and password`() async throws {
        for server in [
            service.server("startTLS", host: "localhost"),
            service.server("encrypted", scheme: "smtps", host: "localhost"),
        ] {
            let complaint = try await test.complaint(mail: try settings(server, caFile: service.certificate))
            #expect(complaint == "")
            let mail = try #require(service.behave().mails.first)
            #expect(mail.isEncrypted && mail.user == "lantern")
        }
        #expect(!test.lines.text.contains("pass") && test.lines.text.contains("notice mailed"))
    }

    @Test func `trusts whom the environment names, unless the settings do`() async throws {
        var test = test
        test.environment = ["SSL_CERT_FILE": service.certificate]
        let server = service.server("startTLS", host: "localhost")
        #expect(try await test.complaint(mail: settings(server, caFile: nil)) == "")
        test.environment = ["SSL_CERT_FILE": "/etc/hostname", "SSL_CERT_DIR": "/nowhere"]
        #expect(try await test.complaint(mail: settings(server, caFile: service.certificate)) == "")
        #expect(
            try await test.complaint(mail: settings(server, caFile: nil)).contains("trusted certificates holds none"))
    }

    @Test func `isn't sent to whom nobody vouches for`() async throws {
        for name in ["startTLS", "encrypted"] {
            let scheme = name == "encrypted" ? "smtps" : "smtp"
            let untrusted = try await test.complaint(
                mail: settings(service.server(name, scheme: scheme, host: "localhost"), caFile: nil))
            #expect(
                untrusted.contains("isn't trusted") && untrusted.contains("self-signed certificate"), "\(untrusted)")
            // The certificate is good for another name.
            let mistaken = try await test.complaint(
                mail: settings(service.server(name, scheme: scheme, host: "127.0.0.1"), caFile: service.certificate))
            #expect(mistaken.contains("isn't trusted") && mistaken.contains("127.0.0.1"), "\(mistaken)")
        }
        #expect(try service.behave().mails.isEmpty)
    }

    @Test func `isn't sent readable where it must not be`() async throws {
        let complaint = try await test.complaint(
            mail: settings(service.server("plain", host: "localhost"), caFile: service.certificate))
        #expect(complaint.contains("doesn't begin encryption (STARTTLS)"), "\(complaint)")
        // What is encrypted from the start speaks first on neither side.
        let mixed = try await test.complaint(
            mail: settings(service.server("plain", scheme: "smtps", host: "localhost"), caFile: service.certificate))
        #expect(mixed.contains("no secure connection"), "\(mixed)")
        #expect(try service.behave().mails.isEmpty)
    }

    @Test func `needs no encryption on this machine, unless it is asked for`() async throws {
        let server = service.server("open", host: "localhost")
        for (encryption, isEncrypted) in [
            (MailSettings.Encryption.unlessLocal, false), (.never, false), (.always, true),
        ] {
            let settings = try MailSettings(
                server: server, sender: "lantern@example.com", caFile: service.certificate, encryption: encryption)
            #expect(try await test.complaint(mail: settings) == "")
            #expect(try service.behave().mails.map(\.isEncrypted) == [isEncrypted])
        }
    }

    @Test func `with a wrong password is refused without telling it`() async throws {
        let wrong = "hunter2-wrong"
        for server in [
            service.server("startTLS", host: "localhost"),
            service.server("encrypted", scheme: "smtps", host: "localhost"),
        ] {
            let settings = try settings(server, password: wrong, caFile: service.certificate)
            let error = await #expect(throws: NoticeError.self) {
                try await test.sender(mail: settings).send(.example, to: ["ann@example.com"])
            }
            let text = try #require(error?.description)
            #expect(error?.statusCode == .unauthenticated)
            #expect(text.contains("doesn't let lantern in (535 5.7.8 Not ‹secret› 5.7.8 and not ‹secret›)"), "\(text)")
            let forms = [
                wrong, Data(wrong.utf8).base64EncodedString(), Data("\0lantern\0\(wrong)".utf8).base64EncodedString(),
            ]
            for form in forms { #expect(!text.contains(form) && !test.lines.text.contains(form)) }
            #expect(!"\(settings)".contains(wrong))
        }
        #expect(try service.behave().mails.isEmpty)
    }

    @Test func `without a password is refused where one is needed`() async throws {
        let settings = try MailSettings(
            server: service.server("startTLS", host: "localhost"), sender: "lantern@example.com",
            caFile: service.certificate,
            encryption: .always)
        #expect(try await test.complaint(mail: settings).contains("takes no mail from lantern@example.com (530 5.7.0"))
    }

    @Test func `has settings that can be gone by`() throws {
        func complaint(
            _ server: String, user: String = "", password: Secret? = nil, caFile: String? = nil,
            encryption: MailSettings.Encryption = .unlessLocal
        ) -> String {
            do {
                _ = try MailSettings(
                    server: server, sender: "a@example.com", user: user, password: password, caFile: caFile,
                    encryption: encryption)
                return ""
            } catch { return error.description }
        }
        for good in ["smtp://mail.example.com", "SMTPS://mail.example.com:465/", "smtp://[::1]:25", "smtp://127.0.0.1"]
        {
            #expect(complaint(good) == "")
        }
        for bad in [
            "", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://me:pa55@mail.example.com",
            "smtp://mail/path",
            "smtp://mail?x", "smtp://mail#x", "smtp://mail\r\nx", "smtp://mail:0", "smtp://mail:99999", "smtp:// ",
            "smtp://a b",
        ] {
            #expect(complaint(bad).contains("Write smtp://host:port") && !complaint(bad).contains("pa55"), "\(bad)")
        }
        let secret = Secret("pa55")
        #expect(complaint("smtp://m.example.com", user: "me").contains("belong together"))
        #expect(complaint("smtp://m.example.com", password: secret).contains("belong together"))
        #expect(complaint("smtp://m.example.com", user: "me", password: Secret("a\r\nb")).contains("line breaks"))
        #expect(complaint("smtp://m.example.com", user: "m\u{0}e", password: secret).contains("line breaks"))
        #expect(
            complaint("smtp://m.example.com", user: "me", password: secret, encryption: .never).contains(
                "only sent encrypted"))
        #expect(
            complaint("smtp://127.example.com", user: "me", password: secret, encryption: .never).contains(
                "only sent encrypted"))
        #expect(complaint("smtp://127.0.0.1", user: "me", password: secret, encryption: .never) == "")
        #expect(complaint("smtps://m.example.com", encryption: .never).contains("always encrypted"))
        #expect(complaint("smtp://m.example.com", caFile: "/nowhere/ca.pem").contains("/nowhere/ca.pem"))
        #expect(try MailSettings(server: "smtp://m.example.com", sender: "a@example.com").usesStartTLS)
        #expect(try MailSettings(server: "smtp://127.0.0.1.example.com", sender: "a@example.com").usesStartTLS)
        #expect(try MailSettings(server: "smtp://m", sender: "a@example.com").server.address == "smtp://m:587")
        #expect(
            try MailSettings(server: "smtps://[::1]", sender: "a@example.com").server.address == "smtps://[::1]:465")
        #expect(
            try MailSettings(server: "smtp://[::1]:80", sender: "a@example.com").server.address == "smtp://[::1]:80")
    }
}
