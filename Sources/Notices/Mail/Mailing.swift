import AccessModel
import ConnectorHTTP
import Dispatch
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Sends notices by e-mail.
struct Mailing: Sendable {
    let settings: MailSettings
    let surroundings: Surroundings

    /// What every server takes for one message (RFC 5321, 4.5.3.1.8).
    private static let mostRecipients = 100

    /// Sends a notice to all who can get it.
    ///
    /// - Throws: ``NoticeError`` that names those who didn't get it, `CancellationError`.
    func send(_ notice: Notice, to recipients: [String]) async throws {
        var known: Set<String> = []
        let wanted = recipients.filter { known.insert($0).inserted }
        let addresses = wanted.compactMap(MailAddress.init)
        var refused: [Refusal] = wanted.filter { MailAddress($0) == nil }.map { text in
            Refusal(recipient: OneLine.text(text, limit: 100), reply: nil)
        }
        for start in stride(from: 0, to: addresses.count, by: Self.mostRecipients) {
            let some = Array(addresses[start..<min(start + Self.mostRecipients, addresses.count)])
            refused += try await deliver(notice, to: some)
        }
        surroundings.log.debug(
            "notice mailed",
            metadata: [
                "event": "\(notice.event)", "server": "\(settings.server.host)",
                "recipients": "\(wanted.count - refused.count)", "refused": "\(refused.count)",
            ])
        guard refused.isEmpty else { throw Self.error(refused, settings.server) }
    }

    private func deliver(_ notice: Notice, to recipients: [MailAddress]) async throws -> [Refusal] {
        let seconds = Int64(surroundings.clock.now.timeIntervalSince1970)
        let message = MailMessage(
            notice: notice, sender: settings.sender, recipients: recipients, seconds: seconds
        ).bytes
        let transfer = MailTransfer(settings, surroundings, message: message, recipients: recipients)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // The library blocks until all is done: that takes a thread of its own.
                DispatchQueue(label: "notices.mail").async {
                    continuation.resume(with: Result { try transfer.run() })
                }
            }
        } onCancel: {
            transfer.cancel()
        }
    }

    private static func error(_ refused: [Refusal], _ server: MailServer) -> NoticeError {
        var names = refused.prefix(5).map(\.text).joined(separator: ", ")
        if refused.count > 5 { names += " and \(refused.count - 5) more" }
        let isPassing = refused.allSatisfy { $0.reply?.isPassing == true }
        return NoticeError(
            isPassing ? .unavailable : .failedPrecondition,
            "\(server.name): no mail went to \(names). Check the addresses.")
    }
}

/// An address that no mail went to.
struct Refusal {
    let recipient: String
    /// What the server said of it; nil when it wasn't even asked.
    let reply: MailReply?

    /// The address and why, for a person.
    var text: String { "\(recipient) (\(reply?.text ?? "is no address"))" }
}
