import AccessModel
import Crypto
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Answers to GET requests that needn't be asked for again.
///
/// One client is one application with one set of credentials, so that these are no part of the key.
struct ResponseCache: Sendable {
    private let lifetime: Duration
    private let store: any AnswerStore

    init(_ settings: CacheSettings, log: Logger) {
        lifetime = settings.lifetime
        store =
            switch settings.backend {
            case .memory: MemoryStore(maximumBytes: settings.maximumBytes)
            case .database: DatabaseStore(maximumBytes: settings.maximumBytes, log: log)
            }
    }

    /// What tells one answer from another: the address, and every field of the request, so that no answer's `Vary` can name one more.
    ///
    /// The ecosystem looks at four fields, and at the path in lower case; but an id may be an id by its case.
    static func key(of address: WebAddress, fields: HeaderFields) -> ByteKey {
        let parameters = (address.query ?? "").split(separator: "&", omittingEmptySubsequences: false).enumerated()
            .map { (name: ByteKey($1.prefix { $0 != "=" }.utf8), place: $0, text: $1) }
            .sorted { ($0.name, $0.place) < ($1.name, $1.place) }.map(\.text)
        var parts = [address.withoutQuery, address.query == nil ? "" : "?", parameters.joined(separator: "&")]
        parts += fields.map { "\($0.name.lowercased()):\($0.value)" }.sorted { ByteKey($0) < ByteKey($1) }
        return ByteKey(SHA256.hash(data: Data(parts.joined(separator: "\0").utf8)))
    }

    /// How often it was cleared: an answer asked for before a change says nothing of the time after it.
    var generation: Int { get async { await store.generation } }

    func answer(_ key: ByteKey) async -> KeptAnswer? {
        await store.answer(key)
    }

    /// Keeps an answer, unless it forbids that.
    func keep(
        _ answer: WireAnswer, from address: WebAddress, as key: ByteKey, since generation: Int, uptime: Duration
    ) async {
        let directives = CacheDirectives(answer.fields.values(of: "Cache-Control"))
        let life = directives.mustValidate ? .zero : min(lifetime, directives.maximumAge ?? lifetime)
        let kept = KeptAnswer(answer: answer, address: address, freshUntil: uptime + life)
        let varies = answer.fields.values(of: "Vary").contains { $0.utf8.contains(UInt8(ascii: "*")) }
        guard !directives.forbidsStoring, !varies, life > .zero || kept.canBeValidated else {
            return await store.remove(key)
        }
        await store.put(kept, key, since: generation)
    }

    func clear() async {
        await store.clear()
    }
}

/// The words of `Cache-Control` that matter here.
struct CacheDirectives {
    let forbidsStoring: Bool
    let mustValidate: Bool
    let maximumAge: Duration?

    init(_ values: [String]) {
        let words = values.flatMap { $0.split(separator: ",") }.map { OneLine.text($0, limit: 80).lowercased() }
        forbidsStoring = words.contains("no-store")
        mustValidate = words.contains("no-cache")
        // An age that can't be read is none (RFC 9111, 4.2.1).
        maximumAge = words.first { $0.hasPrefix("max-age=") }
            .map { .seconds(min(RateLimitHeaders.leadingNumber(String($0.dropFirst(8))) ?? 0, 31_536_000)) }
    }
}
