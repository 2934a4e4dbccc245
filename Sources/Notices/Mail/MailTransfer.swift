import CLibcurl
import ConnectorKit
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Hands in one message; blocks its thread while it does.
final class MailTransfer: Sendable {
    private let settings: MailSettings
    private let surroundings: Surroundings
    private let message: [UInt8]
    private let recipients: [MailAddress]
    private let isCancelled = Atomic(false)

    init(_ settings: MailSettings, _ surroundings: Surroundings, message: [UInt8], recipients: [MailAddress]) {
        self.settings = settings
        self.surroundings = surroundings
        self.message = message
        self.recipients = recipients
    }

    /// Ends the transfer within a second.
    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Hands in the message.
    ///
    /// - Returns: whom the server takes no mail for; the others get it.
    /// - Throws: ``NoticeError`` when nobody gets it, `CancellationError`.
    func run() throws -> [Refusal] {
        guard !isCancelled.load(ordering: .relaxed) else { throw CancellationError() }
        let exchange = Exchange(message, MailDialogue(hiding: secrets)) { self.isCancelled.load(ordering: .relaxed) }
        let handle = try CurlHandle(settings.server.name, exchange)
        try prepare(handle)
        let code = handle.perform()
        guard !isCancelled.load(ordering: .relaxed) else { throw CancellationError() }
        let dialogue = exchange.dialogue
        guard code == CURLE_OK || dialogue.refused.count == recipients.count else {
            throw MailFailure(code: code, dialogue: dialogue, detail: handle.detail, settings: settings).error
        }
        return dialogue.refused
    }

    /// The password as it turns up in a dialogue.
    private var secrets: [String] {
        guard let password = settings.password?.reveal(), !password.isEmpty else { return [] }
        let plain = Data("\0\(settings.user)\0\(password)".utf8).base64EncodedString()
        return [plain, password, Data(password.utf8).base64EncodedString()]
    }

    private func prepare(_ handle: CurlHandle) throws(NoticeError) {
        try handle.set(CURLOPT_URL, settings.server.address)
        try handle.set(CURLOPT_USE_SSL, Int((settings.usesStartTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE).rawValue))
        try handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // Signals are the program's, which ignores the one for broken connections.
        try handle.set(CURLOPT_NOSIGNAL, 1)
        // Otherwise variables named a proxy, which no mail server is behind.
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, surroundings.limits.greeting.milliseconds)
        try handle.set(CURLOPT_TIMEOUT_MS, surroundings.limits.mail.milliseconds)
        // The time for the whole doesn't count for the farewell, which belongs to this transfer when nothing comes after it.
        try handle.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, (surroundings.limits.mail.milliseconds + 999) / 1000)
        try handle.set(CURLOPT_FORBID_REUSE, 1)
        try prepareTrust(handle)
        if !settings.user.isEmpty, let password = settings.password {
            try handle.set(CURLOPT_USERNAME, settings.user)
            try handle.set(CURLOPT_PASSWORD, password.reveal())
        }
        try handle.set(CURLOPT_MAIL_FROM, settings.sender.text)
        try handle.set(CURLOPT_MAIL_RCPT, recipients.map(\.text))
        try handle.set(CLIBCURL_SOME_RECIPIENTS, 1)
        try handle.set(CURLOPT_UPLOAD, 1)
    }

    private func prepareTrust(_ handle: CurlHandle) throws(NoticeError) {
        func variable(_ name: String) -> String? { surroundings.environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let file = settings.caFile ?? variable("SSL_CERT_FILE")
        let folders = settings.caFile == nil ? variable("SSL_CERT_DIR") : nil
        guard file != nil || folders != nil else { return }
        // Each without the other, or those of the system would count as well.
        try handle.set(CURLOPT_CAINFO, file)
        try handle.set(CURLOPT_CAPATH, folders)
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}
