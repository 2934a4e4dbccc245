import AccessModel
import ConnectorHTTP
import WireForm

/// A notice as an e-mail (RFC 5322).
struct MailMessage {
    let notice: Notice
    let sender: MailAddress
    let recipients: [MailAddress]
    /// When it is sent, in Unix time.
    let seconds: Int64

    /// The message as it goes over the wire.
    var bytes: [UInt8] {
        var fields = [
            ("From", sender.text), ("To", recipients.map(\.text).joined(separator: ",\r\n ")),
            ("Subject", HeaderText.encoded(OneLine.text(notice.subject, limit: 200))),
            ("Message-ID", "<\(KSUID(at: seconds))@\(sender.domain)>"), ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable"),
            // Without them, people who are away would have their mailboxes answer.
            ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"),
        ]
        if let date = Self.date(seconds) { fields.insert(("Date", date), at: 0) }
        let head = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        return Array(head.utf8) + Array("\r\n".utf8) + QuotedPrintable.encoded(content)
    }

    private var content: String { notice.link.isEmpty ? notice.text : "\(notice.text)\n\n\(notice.link)" }

    /// Such as `Tue, 15 Nov 1994 08:12:31 +0000`.
    static func date(_ seconds: Int64) -> String? {
        guard let time = CivilTime(unixSeconds: seconds) else { return nil }
        // The first of January 1970 was a Thursday; before it, the rest of a division is negative.
        let day = ((seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400 % 7 + 7) % 7
        return "\(days[Int(day)]), \(time.day) \(months[time.month - 1]) \(time.date.prefix(4)) \(time.timeOfDay) +0000"
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
