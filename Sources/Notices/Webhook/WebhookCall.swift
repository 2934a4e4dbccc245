import AccessModel
import ConnectorHTTP
import ConnectorKit
import Crypto
import Logging
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tells a program of notices.
struct WebhookCall: Sendable {
    let settings: WebhookSettings
    let surroundings: Surroundings

    private static let mostAttempts = 3
    private static let longestPause = Duration.seconds(30)

    /// Calls with a notice, up to three times until it is taken.
    ///
    /// - Throws: ``NoticeError`` when it isn't, `CancellationError`, `ServiceError` for a variable that can't be gone by.
    func send(_ notice: Notice) async throws {
        // Kept no longer than needed: there may be days between notices, and certificates change.
        let connections = try Connections(surroundings.environment, certificate: nil)
        let wire = Wire(connections: connections, headerTimeout: surroundings.limits.call)
        let request = request(notice)
        var attempt = 0
        while true {
            attempt += 1
            let setback = try await setback(of: request, over: wire)
            guard let setback else { break }
            guard setback.isPassing, attempt < Self.mostAttempts else {
                throw NoticeError(setback.code, "\(settings.name): \(setback.text).")
            }
            surroundings.log.debug(
                "calling the webhook again", metadata: ["event": "\(notice.event)", "because": "\(setback.text)"])
            try await surroundings.clock.sleep(for: pause(after: attempt, asked: setback.pause))
        }
        surroundings.log.debug("webhook called", metadata: ["event": "\(notice.event)", "attempts": "\(attempt)"])
    }

    private struct Setback {
        let code: StatusCode
        let text: String
        let isPassing: Bool
        /// How long the other side asks to wait.
        var pause: Duration?
    }

    /// What was wrong with one attempt; nil when the notice was taken.
    private func setback(of request: WireRequest, over wire: Wire) async throws -> Setback? {
        do {
            let answer = try await wire.send(
                // What it says beside the status means nothing, however long it is.
                request, into: .caller { _ in }, by: Deadline(in: surroundings.limits.call, by: surroundings.clock))
            return answer.isSuccess ? nil : setback(answer)
        } catch let failure as TransportFailure {
            // It may have been taken although; the other side knows it again by its id.
            return Setback(
                code: failure.code, text: failure.text,
                isPassing: failure.isPassing || failure.code == .deadlineExceeded)
        }
    }

    private func setback(_ answer: WireAnswer) -> Setback {
        switch answer.status {
        case 429, 500...599:
            Setback(
                code: .unavailable, text: "answers with status \(answer.status)", isPassing: true,
                pause: answer.fields["Retry-After"].flatMap(wait))
        case 300...399:
            Setback(
                code: .failedPrecondition,
                text:
                    "leads elsewhere with status \(answer.status), where nothing is sent. Set the address it leads to",
                isPassing: false)
        case 401, 403:
            Setback(
                code: .permissionDenied, text: "answers with status \(answer.status). Check its address and secret",
                isPassing: false)
        default:
            Setback(code: .failedPrecondition, text: "answers with status \(answer.status)", isPassing: false)
        }
    }

    /// How long `Retry-After` says to wait.
    private func wait(_ text: String) -> Duration? {
        if let seconds = Int(text) { return .seconds(max(0, min(seconds, 3600))) }
        let now = surroundings.clock.now
        return HTTPDate.parse(text, now: now).map { .seconds(max(0, $0.timeIntervalSince(now))) }
    }

    private func pause(after attempt: Int, asked: Duration?) -> Duration {
        let own = Duration.seconds(1 << (2 * (attempt - 1))) * Double.random(in: 0.5...1)
        return min(max(own, asked ?? .zero), Self.longestPause)
    }

    private func request(_ notice: Notice) -> WireRequest {
        let seconds = Int64(surroundings.clock.now.timeIntervalSince1970)
        let body = Array(Self.document(notice, at: seconds).text.utf8)
        var fields: HeaderFields = [
            "Content-Type": "application/json", "User-Agent": "lantern", "Webhook-Version": "v1",
            "Webhook-Id": "\(KSUID(at: seconds))", "Webhook-Event": Self.word(notice.event),
            "Content-Digest": "sha-256=:\(Data(SHA256.hash(data: body)).base64EncodedString()):",
        ]
        if let secret = settings.secret {
            let key = SymmetricKey(data: Array(secret.reveal().utf8))
            let code = HMAC<SHA256>.authenticationCode(for: body, using: key)
            fields["Webhook-Signature"] = "sha256=\(Self.hexadecimal(code))"
        }
        return WireRequest(.post, settings.address, fields: fields, body: Data(body))
    }

    private static func document(_ notice: Notice, at seconds: Int64) -> JSONValue {
        .object([
            ("version", .string("v1")), ("event", .string(notice.event)), ("subject", .string(notice.subject)),
            ("text", .string(notice.text)), ("link", .string(notice.link)),
            ("at", CivilTime(unixSeconds: seconds).map { .string($0.rfc3339()) } ?? .null),
            ("details", .object(notice.facts.map { ($0.name, .string($0.value)) })),
        ])
    }

    /// The name of an event as it can stand in a header.
    private static func word(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
