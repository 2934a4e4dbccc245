import AccessModel
import Crypto
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Answers to GET requests that needn't be asked for again.
///
/// One client is one application with one set of credentials, so neither is part of the key.
final class ResponseCache: Sendable {
    struct Entry: Sendable {
        let answer: WireAnswer
        let address: WebAddress
        /// Until when it needs no question, in the clock's uptime.
        var freshUntil: Duration

        var entityTag: String? { answer.fields["ETag"] }
        var lastModified: String? { answer.fields["Last-Modified"] }
        var canBeValidated: Bool { entityTag != nil || lastModified != nil }

        fileprivate var size: Int {
            answer.body.count + answer.fields.reduce(256) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        }
    }

    /// Two generations: what is used again moves to the young one, and the old one is dropped as a whole.
    private struct Generations {
        var young: [ByteKey: Entry] = [:]
        var old: [ByteKey: Entry] = [:]
        var youngBytes = 0
    }

    private let settings: CacheSettings
    private let generations = Mutex(Generations())

    init(_ settings: CacheSettings) {
        self.settings = settings
    }

    /// What tells one answer from another: the address, and the fields on which an answer may depend.
    static func key(of address: WebAddress, fields: HeaderFields) -> ByteKey {
        let parameters = (address.query ?? "").split(separator: "&", omittingEmptySubsequences: false).enumerated()
            .map { (name: ByteKey($1.prefix { $0 != "=" }.utf8), place: $0, text: $1) }
            .sorted { ($0.name, $0.place) < ($1.name, $1.place) }.map(\.text)
        var parts = [address.withoutQuery, address.query == nil ? "" : "?", parameters.joined(separator: "&")]
        for name in ["Accept", "Content-Type", "Cookie", "Range"] {
            parts.append(fields.values(of: name).sorted().joined(separator: "\n"))
        }
        return ByteKey(SHA256.hash(data: Data(parts.joined(separator: "\0").utf8)))
    }

    func entry(_ key: ByteKey) -> Entry? {
        generations.withLock { generations in
            if let entry = generations.young[key] { return entry }
            guard let entry = generations.old.removeValue(forKey: key) else { return nil }
            insert(entry, key, &generations)
            return entry
        }
    }

    /// Keeps an answer, unless it forbids that.
    func store(_ answer: WireAnswer, from address: WebAddress, as key: ByteKey, uptime: Duration) {
        let directives = CacheDirectives(answer.fields.values(of: "Cache-Control"))
        var entry = Entry(answer: answer, address: address, freshUntil: uptime)
        if !directives.mustValidate {
            entry.freshUntil += min(settings.lifetime, directives.maximumAge ?? settings.lifetime)
        }
        let isUsable = entry.freshUntil > uptime || entry.canBeValidated
        generations.withLock { generations in
            remove(key, &generations)
            guard !directives.forbidsStoring, isUsable, entry.size <= settings.maximumBytes / 2,
                !answer.fields.values(of: "Vary").contains("*")
            else { return }
            insert(entry, key, &generations)
        }
    }

    /// The application said that `key` is still what it was.
    func revalidate(_ key: ByteKey, by fields: HeaderFields, uptime: Duration) {
        guard let entry = entry(key) else { return }
        var renewed = entry.answer.fields
        for name in ["Cache-Control", "ETag", "Last-Modified"] {
            if let value = fields[name] { renewed[name] = value }
        }
        store(
            WireAnswer(status: entry.answer.status, fields: renewed, body: entry.answer.body), from: entry.address,
            as: key,
            uptime: uptime)
    }

    func clear() {
        generations.withLock { $0 = Generations() }
    }

    private func remove(_ key: ByteKey, _ generations: inout Generations) {
        if let entry = generations.young.removeValue(forKey: key) { generations.youngBytes -= entry.size }
        generations.old[key] = nil
    }

    private func insert(_ entry: Entry, _ key: ByteKey, _ generations: inout Generations) {
        if generations.youngBytes + entry.size > settings.maximumBytes / 2 {
            generations.old = generations.young
            generations.young = [:]
            generations.youngBytes = 0
        }
        generations.young[key] = entry
        generations.youngBytes += entry.size
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
        maximumAge = words.lazy.filter { $0.hasPrefix("max-age=") }
            .compactMap { RateLimitHeaders.leadingNumber(String($0.dropFirst(8))) }.first
            .map { .seconds(min($0, 31_536_000)) }
    }
}
