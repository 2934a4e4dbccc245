import AccessModel
import ConnectorHTTP
public import ConnectorKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How e-mail is sent.
public struct MailSettings: Sendable {
    /// When what is sent is encrypted (STARTTLS) to a server whose address begins with `smtp://`.
    public enum Encryption: Sendable {
        /// Unless the server is this machine itself.
        case unlessLocal
        /// Also on this machine.
        case always
        /// Not at all, for a server in a network that nobody else is in; then there can be no password.
        case never
    }

    let server: MailServer
    let sender: MailAddress
    let user: String
    let password: Secret?
    let caFile: String?
    let usesStartTLS: Bool

    /// Settings that can be gone by.
    ///
    /// - Parameters:
    ///   - server: `smtp://host:port`, where encryption begins with STARTTLS, or `smtps://host:port`, where it is there from the
    ///     start; without a port 587 or 465.
    ///   - sender: the address that mail comes from.
    ///   - user: as whom to sign in; empty not to.
    ///   - caFile: a file with PEM certificates of those who may vouch for the server, in place of the system's.
    /// - Throws: ``NoticeError`` that says which of them is wrong.
    public init(
        server: String, sender: String, user: String = "", password: Secret? = nil, caFile: String? = nil,
        encryption: Encryption = .unlessLocal
    ) throws(NoticeError) {
        guard let parsed = MailServer(server) else {
            throw NoticeError(
                .invalidArgument, "mail server: is no address of one. Write smtp://host:port or smtps://host:port.")
        }
        guard let address = MailAddress(sender) else {
            throw NoticeError(
                .invalidArgument,
                "sender of mail: \(OneLine.text(sender, limit: 100)) is no address. Write one such as lantern@example.com."
            )
        }
        self.server = parsed
        self.sender = address
        self.user = user
        self.password = password
        self.caFile = caFile
        usesStartTLS = !parsed.isEncrypted && (encryption == .always || (encryption == .unlessLocal && !parsed.isLocal))
        try check(encryption)
    }

    private func check(_ encryption: Encryption) throws(NoticeError) {
        guard user.isEmpty == (password ?? Secret("")).isEmpty else {
            throw NoticeError(
                .invalidArgument, "\(server.name): user and password belong together. Give both, or neither.")
        }
        guard !user.hasControls, password?.reveal().hasControls != true else {
            throw NoticeError(.invalidArgument, "\(server.name): user or password has line breaks or such in it.")
        }
        guard encryption != .never || !server.isEncrypted else {
            throw NoticeError(
                .invalidArgument, "\(server.name): smtps:// is always encrypted. Write smtp:// to do without.")
        }
        guard user.isEmpty || usesStartTLS || server.isEncrypted || server.isLocal else {
            throw NoticeError(
                .invalidArgument, "\(server.name): a password is only sent encrypted. Leave out user and password.")
        }
        if let caFile, !FileManager.default.isReadableFile(atPath: caFile) {
            throw NoticeError(.invalidArgument, "\(server.name): \(caFile), of trusted certificates, can't be read.")
        }
    }
}

/// Where mail is handed in.
struct MailServer: Sendable {
    /// Whether it is encrypted from the start.
    let isEncrypted: Bool
    /// In lower case; an IPv6 address in brackets.
    let host: String
    let port: Int
    /// Whether it is this machine itself.
    let isLocal: Bool

    /// Reads an address; nil when it is none of a mail server.
    init?(_ text: String) {
        let schemes: [(name: String, port: Int)] = [("smtp", 587), ("smtps", 465)]
        guard let mark = text.firstRange(of: "://"),
            let scheme = schemes.first(where: { $0.name == text[..<mark.lowerBound].lowercased() })
        else { return nil }
        var rest = text[mark.upperBound...]
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.contains(where: { "/?#".contains($0) }),
            let origin = WebAddress(parsing: "http://\(rest)")?.origin
        else { return nil }
        isEncrypted = scheme.name == "smtps"
        host = origin.host
        port = rest.utf8.count > host.utf8.count + 1 ? origin.port : scheme.port
        isLocal = origin.isThisMachine
    }

    /// What curl calls.
    var address: String { "\(isEncrypted ? "smtps" : "smtp")://\(host):\(port)" }

    /// What people are told.
    var name: String { "mail server \(host):\(port)" }
}

extension String {
    fileprivate var hasControls: Bool { utf8.contains { $0 < 0x20 || $0 == 0x7F } }
}
