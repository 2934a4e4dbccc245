import AccessModel
import ConnectorKit
import Foundation
import SeededNumbers
import Synchronization
import Testing

@testable import Notices

@Suite(.enabled(if: MailService.isThere, MailService.absence), .serialized)
struct `mail` {
    private let service: MailService
    private let test = TestSurroundings()

    init() throws { service = try MailService() }

    private func sent(_ notice: Notice = .example, to recipients: [String] = ["ann@example.com"]) async throws
        -> MailService.Mail
    {
        try await test.sender(mail: service.plain()).send(notice, to: recipients)
        let mails = try service.behave().mails
        #expect(mails.count == 1)
        return try #require(mails.first)
    }

    private func sent(saying text: String, subject: String = "subject") async throws -> MailService.Mail {
        try await sent(Notice(event: "test", subject: subject, text: text))
    }

    @Test func `says who sent what to whom`() async throws {
        let before = Date().timeIntervalSince1970
        let mail = try await sent(to: ["ann@example.com", "bob+x@example.org", "ann@example.com"])
        #expect(mail.subject == "Payroll was not imported")
        #expect(mail.text == "The file has no rows.\nIt is kept.\n\nhttps://lantern.example.com/applications/1\n")
        #expect(mail.from == ["lantern@example.com"] && mail.sender == "lantern@example.com")
        #expect(mail.to == ["ann@example.com", "bob+x@example.org"] && mail.recipients == mail.to)
        // It is told in whole seconds.
        #expect(mail.date >= before - 1 && mail.date <= Date().timeIntervalSince1970 && mail.weekdayFits)
        #expect(mail.id.hasPrefix("<") && mail.id.hasSuffix("@example.com>"))
        #expect(mail.auto == "auto-generated" && mail.type == "text/plain utf-8")
        #expect(mail.defects == [] && mail.isPlainASCII)
        #expect(!mail.isEncrypted && mail.user == "")
    }

    @Test func `has a date on every day`() {
        #expect(MailMessage.date(784_887_151) == "Tue, 15 Nov 1994 08:12:31 +0000")
        #expect(MailMessage.date(0) == "Thu, 1 Jan 1970 00:00:00 +0000")
        #expect(MailMessage.date(-1) == "Wed, 31 Dec 1969 23:59:59 +0000")
        #expect(MailMessage.date(951_782_400) == "Tue, 29 Feb 2000 00:00:00 +0000")
        #expect(MailMessage.date(.max) == nil)
    }

    private static let subjects: [String] = [
        "Gehälter für Bäcker: nicht übernommen", "給与データの取り込みに失敗しました", "🔥", "e\u{301}\u{301}\u{301}", "=?utf-8?Q?no?=",
        "Ünïcödé " + many("größer ", 25) + "Ende", many("a", 180), "", "= ? _",
    ]

    @Test(arguments: subjects)
    func `has any subject`(_ subject: String) async throws {
        let mail = try await sent(saying: "text", subject: subject)
        #expect(mail.subject == subject)
        #expect(
            mail.longest <= 78 && mail.longestFolded <= 76 && mail.isPlainASCII && !mail.hasBlanksAtEnds
                && mail.defects == [])
    }

    @Test func `has a subject on one line, and not all of a very long one`() async throws {
        #expect(try await sent(saying: "", subject: " a\tb\u{1B}[31m\nc ").subject == "a b [31m c")
        let long = try await sent(saying: "", subject: String(repeating: "ä", count: 5000)).subject
        #expect(long == String(repeating: "ä", count: 200) + "…")
    }

    private static let texts: [String] = [
        "Gehälter größer als 10 €\n給与\n🔥👩‍💻", many("x", 100_000), many("ü", 3000),
        ".\n..\n.a\n\n.\n", "a.\n" + many(".", 500), "blanks  \ntabs\t\n \n", "=3D = =\n=",
        "From me\n>From you",
        "", "\n\n", "\u{0}\u{7}\u{1B}[31mred", "QUIT\n.\nQUIT\n", many("y", 76),
        many("y", 75) + "=",
    ]

    private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test(arguments: texts)
    func `says any text`(_ text: String) async throws {
        let mail = try await sent(saying: text)
        #expect(mail.text == text + "\n")
        #expect(mail.longest <= 78 && mail.isPlainASCII && !mail.hasBlanksAtEnds && mail.defects == [])
    }

    @Test func `says texts of all that is special`() async throws {
        var numbers = SeededGenerator(seed: 11)
        let pieces = [
            ".", "=", " ", "\t", "\n", "\r\n", "ü", "🔥", "a", String(repeating: "b", count: 25), "\u{85}", "=\n", "\n.",
        ]
        for _ in 0..<60 {
            let text = (0..<Int.random(in: 0...120, using: &numbers)).map { _ in
                pieces.randomElement(using: &numbers) ?? ""
            }
            .joined()
            let mail = try await sent(saying: text)
            #expect(mail.text == text.replacing("\r\n", with: "\n") + "\n")
            #expect(mail.longest <= 78 && mail.isPlainASCII && !mail.hasBlanksAtEnds && mail.defects == [])
        }
    }

    @Test func `goes to many, as many at a time as a server takes`() async throws {
        let people = (0..<250).map { "person\($0)@example.com" }
        try service.behave(["refuse": ["person3@example.com", "person240@example.com"]])
        let complaint = try await test.complaint(mail: service.plain(), to: people)
        #expect(complaint.contains("person3@example.com (550") && complaint.contains("person240@example.com (550"))
        let mails = try service.behave().mails
        #expect(mails.map(\.to.count) == [100, 100, 50])
        #expect(mails.flatMap(\.to) == people)
        #expect(
            Set(mails.flatMap(\.recipients))
                == Set(people).subtracting(["person3@example.com", "person240@example.com"]))
        #expect(Set(mails.map(\.id)).count == 3)
    }

    @Test func `goes nowhere when there is nobody to get it`() async throws {
        #expect(try await test.complaint(mail: service.plain(), to: []) == "")
        #expect(try service.behave().mails.isEmpty)
    }

    @Test func `has nothing in its head that a text put there`() async throws {
        let notice = Notice(
            event: "x\r\nBcc: eve@example.com", subject: "Hello\r\nBcc: eve@example.com\r\n\r\nWhat Eve says",
            text: "text",
            link: "https://lantern.example.com/\r\n.\r\nMAIL FROM:<eve@example.com>")
        let mail = try await sent(notice)
        #expect(mail.subject == "Hello Bcc: eve@example.com What Eve says")
        #expect(!mail.fields.contains("Bcc") && mail.recipients == ["ann@example.com"] && mail.fields.count == 10)
        #expect(mail.text.hasPrefix("text\n\nhttps://lantern.example.com/\n.\nMAIL FROM"))
    }

    @Test func `goes to no address that is more than one`() async throws {
        let tricks = [
            "bob@example.com\r\nRCPT TO:<eve@example.com>", "bob@example.com>\r\nDATA", "<bob@example.com>",
            "Bob <bob@example.com>",
            "bob@example.com,eve@example.com", "bob@eve@example.com", "bob example.com", "@example.com", "bob@", "",
            "bob@exa mple.com",
            "bob\u{0}@example.com", "\"bob\"@example.com", "b\u{F6}b@example.com", "bob@[127.0.0.1]",
            String(repeating: "b", count: 65) + "@example.com", "bob@" + String(repeating: "b", count: 200),
        ]
        for trick in tricks {
            #expect(MailAddress(trick) == nil, "\(trick)")
            #expect(throws: NoticeError.self) { try MailSettings(server: "smtp://localhost", sender: trick) }
        }
        let complaint = try await test.complaint(mail: service.plain(), to: tricks + ["ann@example.com"])
        #expect(complaint.contains("bob@example.com RCPT TO:<eve@example.com> (is no address)"))
        #expect(complaint.contains("and 12 more"))
        let mails = try service.behave().mails
        #expect(mails.map(\.recipients) == [["ann@example.com"]] && mails.first?.to == ["ann@example.com"])
    }

    @Test func `goes to all but those whom the server refuses`() async throws {
        try service.behave(["refuse": ["bob@example.com"]])
        let complaint = try await test.complaint(mail: service.plain(), to: ["ann@example.com", "bob@example.com"])
        #expect(
            complaint
                == "mail server 127.0.0.1:\(service.port("plain")): no mail went to bob@example.com (550 5.1.1 There is no such mailbox). Check the addresses."
        )
        #expect(try service.behave(["refuse": ["bob@example.com"]]).mails.map(\.recipients) == [["ann@example.com"]])
        #expect(
            try await test.complaint(mail: service.plain(), to: ["bob@example.com"])
                .contains("no mail went to bob@example.com (550 5.1.1 There is no such mailbox)"))
        #expect(try service.behave().mails.isEmpty)
    }

    @Test func `that the server refuses says so in its words`() async throws {
        try service.behave(["sender": "553-5.7.1 This sender\r\n553 5.7.1 isn't\u{1B}[31m known here"])
        #expect(
            try await test.complaint(mail: service.plain()).hasSuffix(
                ": takes no mail from lantern@example.com (553 5.7.1 This sender 5.7.1 isn't [31m known here)."))
        try service.behave(["data": "552 5.3.4 Too large"])
        #expect(
            try await test.complaint(mail: service.plain()).contains("doesn't take the message (552 5.3.4 Too large)"))
        try service.behave(["data": "451 4.3.0 " + String(repeating: "x", count: 400)])
        let error = await #expect(throws: NoticeError.self) {
            try await test.sender(mail: service.plain()).send(.example, to: ["ann@example.com"])
        }
        #expect(error?.statusCode == .unavailable && (error?.description.count ?? 0) < 450)
        try service.behave(["refuse": ["ann@example.com"], "refusal": "450 4.2.0 Come back later"])
        let later = await #expect(throws: NoticeError.self) {
            try await test.sender(mail: service.plain()).send(.example, to: ["ann@example.com"])
        }
        #expect(later?.statusCode == .unavailable)
    }

    @Test func `gets no answer from a silent server`() async throws {
        var test = test
        test.limits.greeting = .milliseconds(300)
        let settings = try MailSettings(server: service.server("silent"), sender: "lantern@example.com")
        #expect(
            try await test.complaint(mail: settings).hasSuffix(
                "no answer in time. If it is encrypted from the start, write smtps://."))
        let encrypted = try MailSettings(
            server: service.server("silent", scheme: "smtps"), sender: "lantern@example.com")
        #expect(try await test.complaint(mail: encrypted).hasSuffix("no answer in time."))
        test.limits.mail = .milliseconds(800)
        try service.behave(["delay": 5])
        #expect(try await test.complaint(mail: service.plain()).hasSuffix("no answer in time."))
        // Each answer comes soon, but not all of them.
        try service.behave(["pace": 0.2])
        let people = (0..<50).map { "person\($0)@example.com" }
        #expect(try await test.complaint(mail: service.plain(), to: people).hasSuffix("no answer in time."))
        #expect(try service.behave().mails.isEmpty)
    }

    @Test func `that was taken needs no farewell`() async throws {
        var test = test
        test.limits.mail = .milliseconds(800)
        try service.behave(["farewell": 5])
        #expect(try await test.complaint(mail: service.plain()) == "")
        #expect(try service.behave().mails.count == 1)
    }

    @Test func `reaches nobody where there is no server`() async throws {
        // A service of the seventies that nobody runs.
        let settings = try MailSettings(server: "smtp://127.0.0.1:1", sender: "lantern@example.com")
        #expect(try await test.complaint(mail: settings).contains("no connection"))
        let unknown = try MailSettings(server: "smtp://mail.invalid", sender: "lantern@example.com")
        #expect(
            try await test.complaint(mail: unknown).hasPrefix("mail server mail.invalid:587: there is no such host"))
    }

    @Test(.timeLimit(.minutes(1))) func `under way ends with its task, and holds up no others`() async throws {
        let silent = try MailSettings(server: service.server("silent"), sender: "lantern@example.com")
        let plain = try service.plain()
        let ended = Count()
        var test = test
        // Longer than the test may take.
        test.limits = TimeLimits(greeting: .seconds(90), mail: .seconds(90))
        let sender = test.sender(mail: silent)
        await withTaskGroup { group in
            // More than there are threads for tasks.
            for _ in 0..<12 {
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await sender.send(.example, to: ["ann@example.com"])
                    }
                    ended.grow()
                }
            }
            for _ in 0..<5 {
                await #expect(throws: Never.self) {
                    try await test.sender(mail: plain).send(.example, to: ["ann@example.com"])
                }
            }
            #expect(ended.value == 0)
            group.cancelAll()
        }
        #expect(try service.behave().mails.count == 5)
    }
}

/// How often something happened.
private final class Count: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func grow() { count.add(1, ordering: .relaxed) }
}
