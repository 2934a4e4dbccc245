import AccessModel
import ConnectorKit
import Foundation
import Logging
import SwiftProtobuf

@testable import ConnectorHTTP

extension FuzzTarget {
    static let http = [
        FuzzTarget("http-fields", longest: 2048, httpFields), FuzzTarget("http-date", longest: 128, httpDate),
        FuzzTarget("web-address", longest: 512, webAddress), FuzzTarget("http-body", httpBody),
        FuzzTarget("signing-key", signingKey),
    ]

    /// A header: a name, a colon and a value a line.
    @Sendable private static func httpFields(_ bytes: [UInt8]) async throws {
        var fields = HeaderFields()
        for line in bytes.textLines {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { fields.add(String(parts[0]), String(parts[1])) }
        }
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        for field in fields {
            _ = LinkHeader.target("next", in: [field.value])
            _ = AuthenticateHeader.challenges(in: [field.value]).map { $0["error"] }
            _ = RateLimitHeaders.reset(field.value, now: now)
            _ = CacheDirectives([field.value])
        }
        let redaction = Redaction()
        _ = (redaction.text(of: fields), RateLimitHeaders.text(in: fields, redaction), RequestID.of(fields, redaction))
        let pacing = RateLimitPacing(.endpoint)
        for status in [200, 429] {
            guard let limit = RateLimitHeaders.description(status: status, fields: fields, now: now) else { continue }
            // A time that can't be written is no time.
            _ = try limit.jsonString()
            pacing.note(limit, from: "/", now: now, says: RateLimitHeaders.saysRemaining(fields))
            _ = pacing.admit(to: "/", now: now)
        }
        guard let address = WebAddress(parsing: "https://example.com/a") else { return }
        let log = Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() }
        guard let cache = CacheSettings([:], log: log).map({ ResponseCache($0, log: log) }) else { return }
        let key = ResponseCache.key(of: address, fields: fields)
        let answer = WireAnswer(status: 200, fields: fields, body: Data(bytes))
        await cache.keep(answer, from: address, as: key, since: cache.generation, uptime: .seconds(1))
        if let kept = await cache.answer(key) { _ = (kept.validating(fields), kept.renewed(by: fields)) }
        _ = ProofOfPossession.wantsNonce(WireAnswer(status: 401, fields: fields, body: Data()))
    }

    @Sendable private static func httpDate(_ bytes: [UInt8]) async throws {
        guard let date = HTTPDate.parse(bytes.asText, now: Date(timeIntervalSince1970: 1_700_000_000)) else { return }
        _ = date.timestamp
    }

    /// An address, what refers to another from there, and a list of exceptions from the proxy, a line each.
    @Sendable private static func webAddress(_ bytes: [UInt8]) async throws {
        let lines = bytes.textLines + ["", ""]
        guard let address = WebAddress(parsing: lines[0]) else { return }
        try promise(WebAddress(parsing: address.text) == address, "\(lines[0]) is read as \(address.text)")
        if let other = address.resolving(lines[1]) {
            try promise(WebAddress(parsing: other.text) == other, "\(lines[1]) is read as \(other.text)")
        }
        _ = (address.redacted, address.parameter(lines[1]), address.adding([QueryParameter("a", lines[1])]).text)
        let key = ResponseCache.key(of: address, fields: [:])
        try promise(key == ResponseCache.key(of: address, fields: [:]), "two keys of \(address.text)")
        try await refusing(ServiceError.self) {
            let proxies = try ProxySettings(["HTTP_PROXY": lines[1], "HTTPS_PROXY": lines[1], "NO_PROXY": lines[2]])
            _ = proxies.server(for: address.origin)
        }
    }

    private struct Row: Decodable {
        let id: String?
        let number: Int?
        let amount: Double?
        let members: [String: [Row]]?
    }

    @Sendable private static func httpBody(_ bytes: [UInt8]) async throws {
        guard let address = WebAddress(parsing: "https://example.com/a") else { return }
        let answer = HTTPAnswer(
            status: 200, fields: ["Content-Type": "application/json"], body: Data(bytes), rateLimit: nil,
            address: address, redaction: Redaction())
        try await refusing(ServiceError.self) { _ = try answer.decoded(as: [Row].self) }
        try await refusing(ServiceError.self) { _ = try answer.decoded(as: [String: Row].self) }
        if let text = ApplicationText.of(answer.body).map({ Redaction().line($0, limit: 200) }) {
            try promise(text.unicodeScalars.count <= 201, "the application's words are long: \(text)")
            try promise(!text.utf8.contains { $0 < 0x20 }, "the application's words break the line: \(text)")
        }
    }

    @Sendable private static func signingKey(_ bytes: [UInt8]) async throws {
        let secret = Secret(bytes.asText)
        for read in [{ try SigningKey(pem: secret) }, { try SigningKey(jwk: secret) }] {
            try await refusing(ServiceError.self) { _ = try read().publicKey() }
        }
    }
}
