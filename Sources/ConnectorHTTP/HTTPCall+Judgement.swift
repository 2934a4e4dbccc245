import AccessModel
import BatonWire
import Logging
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension HTTPCall {
    /// The answer, or the error that it is.
    func judged(_ exchange: Exchange) throws -> HTTPAnswer<Data> {
        try judged(
            exchange.answer, from: exchange.origin, rateLimit: exchange.rateLimit, waited: exchange.waited)
    }

    /// The answer, or the error that it is.
    func judged(
        _ answer: WireAnswer, from origin: WebAddress, rateLimit: C1_Connector_V2_RateLimitDescription?,
        waited: Duration = .zero
    ) throws -> HTTPAnswer<Data> {
        let result = HTTPAnswer(
            status: answer.status, fields: answer.fields, body: answer.body, rateLimit: rateLimit, address: origin,
            redaction: state.redaction, waited: waited)
        let verdict = state.options.judge(result)
        if verdict == nil, answer.isSuccess || request.acceptedStatuses.contains(answer.status) { return result }
        remark(answer)
        let words = state.redaction.line(verdict?.text ?? ApplicationText.of(answer.body) ?? "", limit: 200)
        let code = verdict?.code ?? HTTPStatus.code(of: answer.status)
        let text = HTTPStatus.line(answer.status) + (words.isEmpty ? "" : ": \(words)")
        throw ServiceError(
            code, "\(place(result.requestID)): \(text).\(Self.cure(code, answer.status))",
            rateLimit: limit(rateLimit, by: verdict))
    }

    private func limit(
        _ given: C1_Connector_V2_RateLimitDescription?, by verdict: Verdict?
    ) -> C1_Connector_V2_RateLimitDescription? {
        guard let pause = verdict?.retryAfter, given?.hasResetAt != true else { return given }
        let reset = state.options.clock.now.addingTimeInterval(
            Double(pause.components.seconds) + Double(pause.components.attoseconds) / 1e18)
        return .with {
            $0.status = .overlimit
            $0.limit = max(1, given?.limit ?? 1)
            $0.resetAt = reset.timestamp
        }
    }

    private static func cure(_ code: StatusCode, _ status: Int) -> String {
        switch (code, status) {
        case (.unauthenticated, 401): " Check the credentials."
        case (.permissionDenied, 403): " Give the credentials the permission for it."
        default: ""
        }
    }

    /// Where it went wrong: method, address without its query, and the id the application knows it by.
    func place(_ requestID: String?) -> String {
        let name = state.redaction.hiding(in: "\(request.method.rawValue) \(address.withoutQuery)")
        return requestID.map { "\(name) (request \($0))" } ?? name
    }

    /// Tells the log of an error status, as every program of the ecosystem does.
    private func remark(_ answer: WireAnswer) {
        guard answer.status >= 400 else { return }
        state.options.log.log(
            level: answer.status >= 500 ? .error : .warning, "base-http-client: HTTP error status",
            metadata: [
                "status_code": "\(answer.status)", "status": "\(HTTPStatus.line(answer.status))",
                "headers": "\(state.redaction.text(of: answer.fields))",
            ])
    }

    func log(_ event: Logger.Message, _ answer: WireAnswer, from origin: WebAddress, in duration: Duration) {
        guard state.options.log.logLevel <= .debug else { return }
        let redaction = state.redaction
        var metadata: Logger.Metadata = [
            "method": "\(request.method.rawValue)", "url": "\(redaction.hiding(in: origin.redacted))",
            "status_code": "\(answer.status)", "duration": "\(duration)",
        ]
        if let id = RequestID.of(answer.fields, redaction) { metadata["request_id"] = "\(id)" }
        let limits = RateLimitHeaders.text(in: answer.fields, redaction)
        if !limits.isEmpty { metadata["rate_limit"] = "\(limits)" }
        state.options.log.debug(event, metadata: metadata)
    }
}
