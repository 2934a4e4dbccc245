import AccessModel
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension HTTPCall {
    /// Under which name an answer is kept; nil when this one must come from the application.
    var cacheKey: ByteKey? {
        let directives = CacheDirectives(fields.values(of: "Cache-Control"))
        guard request.method == .get, request.body == nil, case .memory = sink,
            !directives.mustValidate, !directives.forbidsStoring,
            // A connector that validates what it has itself wants to hear the application's own answer.
            fields["If-None-Match"] == nil, fields["If-Modified-Since"] == nil
        else { return nil }
        return ResponseCache.key(of: address, fields: fields)
    }

    /// The kept answer while it is fresh; otherwise the application's, which may be that the kept one still holds.
    func answered(by cache: ResponseCache, as key: ByteKey) async throws -> HTTPAnswer<Data> {
        let generation = await cache.generation
        let kept = await cache.answer(key)
        if let kept, kept.freshUntil > state.options.clock.uptime {
            log("answered from the cache", kept.answer, from: kept.address, in: .zero)
            return try judged(kept.answer, from: kept.address, rateLimit: nil)
        }
        var exchange = try await exchanged(kept?.validating(fields) ?? fields)
        if exchange.answer.status == 304, let kept {
            exchange = Exchange(
                answer: kept.renewed(by: exchange.answer.fields), origin: kept.address, rateLimit: exchange.rateLimit,
                waited: exchange.waited)
        }
        let answer = try judged(exchange)
        if answer.status == 200, exchange.origin == address {
            await cache.keep(
                exchange.answer, from: exchange.origin, as: key, since: generation, uptime: state.options.clock.uptime)
        }
        return answer
    }
}
