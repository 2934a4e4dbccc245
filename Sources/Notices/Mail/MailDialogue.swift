import ConnectorHTTP

/// What a mail server answered.
struct MailReply {
    /// Such as 550.
    let code: Int
    /// The code and the server's words, on one line.
    let text: String

    /// Whether the same may work later.
    var isPassing: Bool { (400...499).contains(code) }
    var isRefusal: Bool { code >= 400 }
}

/// Follows what is said between a mail server and the library, which keeps only codes for itself.
struct MailDialogue {
    /// What the server is asked.
    enum Step: Equatable {
        case greeting, hello, encryption, signIn, sender
        case recipient(String)
        case message
    }

    /// What the server was asked last.
    private(set) var step = Step.greeting
    /// The latest answer, if it refused something.
    private(set) var refusal: MailReply?
    /// Whom the server takes no mail for.
    private(set) var refused: [Refusal] = []
    private var isOver = false
    private var lines: [String] = []
    /// What must not be seen, should a server repeat it.
    private let secrets: [String]

    /// More of an answer than that nobody reads.
    private static let mostLines = 20

    /// - Parameter secrets: texts that are hidden in answers.
    init(hiding secrets: [String]) { self.secrets = secrets }

    /// Notes a command.
    mutating func sent(_ text: String) {
        let line = text.prefix { !$0.isNewline }
        switch line.prefix(while: { $0 != " " }) {
        case "EHLO", "HELO": step = .hello
        case "STARTTLS": step = .encryption
        case "AUTH": step = .signIn
        case "MAIL": step = .sender
        case "RCPT": step = .recipient(Self.address(line))
        case "DATA": step = .message
        case "QUIT": isOver = true
        default: break
        }
    }

    /// Notes a line of an answer, or several.
    mutating func received(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) { note(line) }
    }

    private mutating func note(_ line: Substring) {
        guard let code = Int(line.prefix(3)), (200...599).contains(code) else { return }
        let rest = line.dropFirst(3)
        if lines.count < Self.mostLines { lines.append(String(rest.dropFirst())) }
        guard rest.first != "-" else { return }
        let words = secrets.reduce(lines.joined(separator: " ")) { $0.replacing($1, with: "‹secret›") }
        lines = []
        conclude(MailReply(code: code, text: OneLine.text("\(code) \(words)", limit: 300)))
    }

    private mutating func conclude(_ reply: MailReply) {
        // A farewell says nothing of the mail.
        guard !isOver else { return }
        refusal = reply.isRefusal ? reply : nil
        if case .recipient(let address) = step, reply.isRefusal {
            refused.append(Refusal(recipient: address, reply: reply))
        }
    }

    /// The address in `RCPT TO:<ann@example.com>`.
    private static func address(_ line: Substring) -> String {
        String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }
}
