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
            if let reset = RateLimitHeaders.reset(field.value, now: now) { _ = try reset.timestamp.jsonString() }
            _ = CacheDirectives([field.value])
        }
        let pacing = RateLimitPacing(.endpoint)
        for status in [200, 429] {
            guard let limit = RateLimitHeaders.description(status: status, fields: fields, now: now) else { continue }
            // A time that can't be written is no time.
            _ = try limit.jsonString()
            pacing.note(limit, from: "/", now: now, says: RateLimitHeaders.saysRemaining(fields))
            _ = pacing.admit(to: "/", now: now)
        }
        _ = ProofOfPossession.wantsNonce(WireAnswer(status: 401, fields: fields, body: Data()))
    }

    @Sendable private static func httpDate(_ bytes: [UInt8]) async throws {
        for now in [0.0, 1_700_000_000, 253_402_300_799] {
            let reset = RateLimitHeaders.reset(bytes.asText, now: Date(timeIntervalSince1970: now))
            _ = reset?.timestamp
        }
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

    /// What an application says of an error.
    @Sendable private static func httpBody(_ bytes: [UInt8]) async throws {
        if let text = ApplicationText.of(Data(bytes)).map({ Redaction().line($0, limit: 200) }) {
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
