import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One request as it goes out.
struct WireRequest: Sendable {
    let method: HTTPRequest.Method
    let address: WebAddress
    var fields: HeaderFields
    let body: Data?
    var showsCertificate = true
    var isIdempotent: Bool
}

/// One answer as it came in.
struct WireAnswer: Sendable {
    let status: Int
    let fields: HeaderFields
    let body: Data

    var isSuccess: Bool { (200...299).contains(status) }
}

/// Where the bytes of a body go.
enum BodySink: Sendable {
    /// Into memory, so many at most.
    case memory(limit: Int)
    /// To the caller, as they come.
    case caller(@Sendable (Data) async throws -> Void)
}

/// Sends one request and takes in its answer, within a deadline.
struct Wire: Sendable {
    let connections: Connections
    let headerTimeout: Duration
    let log: Logger
    /// Errors beyond that say nothing more.
    private static let errorBodyLimit = 65536

    init(_ connections: Connections, headerTimeout: Duration, log: Logger) {
        self.connections = connections
        self.headerTimeout = headerTimeout
        self.log = log
    }

    /// The answer to `request`, which is sent once more when it was never sent, or lost with a stale connection and idempotent.
    func send(_ request: WireRequest, into sink: BodySink, by deadline: Deadline) async throws -> WireAnswer {
        do {
            return try await sendOnce(request, into: sink, by: deadline)
        } catch let failure as TransportFailure where failure.isPassing && deadline.rest > .zero {
            guard failure.moment == .unsent || (failure.moment == .unanswered && request.isIdempotent) else {
                throw failure
            }
            log.debug("sending again", metadata: ["url": "\(request.address.redacted)", "because": "\(failure.text)"])
            return try await sendOnce(request, into: sink, by: deadline)
        }
    }

    private func sendOnce(_ request: WireRequest, into sink: BodySink, by deadline: Deadline) async throws -> WireAnswer
    {
        try await deadline.run {
            let response = try await head(of: request, by: deadline)
            do {
                return try await taking(response, into: sink)
            } catch {
                try Task.checkCancellation()
                guard !(error is SinkFailure) else { throw error }
                throw TransportFailure(error, hasBegun: true) ?? error
            }
        } late: {
            TransportFailure.late(.underway, "no complete answer in time")
        }
    }

    private func head(of request: WireRequest, by deadline: Deadline) async throws -> HTTPClientResponse {
        var outgoing = HTTPClientRequest(url: request.address.text)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.fields { outgoing.headers.add(name: field.name, value: field.value) }
        if let body = request.body { outgoing.body = .bytes(ByteBuffer(bytes: body)) }
        let pool = connections.pool(for: request.address.origin, showingCertificate: request.showsCertificate)
        let message = outgoing
        do {
            return try await deadline.atMost(headerTimeout).run {
                try await pool.execute(message, deadline: .distantFuture)
            } late: {
                TransportFailure.late(.unanswered, "no answer in time")
            }
        } catch {
            try Task.checkCancellation()
            throw TransportFailure(error, hasBegun: false) ?? error
        }
    }

    private func taking(_ response: HTTPClientResponse, into sink: BodySink) async throws -> WireAnswer {
        let status = Int(response.status.code)
        var fields = HeaderFields()
        for field in response.headers { fields.add(field.name, field.value) }
        var body = Data()
        let isSuccess = (200...299).contains(status)
        for try await chunk in response.body {
            switch sink {
            case .caller(let take) where isSuccess:
                do { try await take(Data(chunk.readableBytesView)) } catch { throw SinkFailure(cause: error) }
            case .caller, .memory:
                body.append(contentsOf: chunk.readableBytesView)
            }
            if isSuccess, case .memory(let limit) = sink, body.count > limit {
                throw TransportFailure.oversized(limit: limit)
            }
            if !isSuccess, body.count > Self.errorBodyLimit { break }
        }
        // Should the library end a cancelled body like a complete one, it must not pass for one.
        try Task.checkCancellation()
        return WireAnswer(status: status, fields: fields, body: body)
    }
}

/// The caller's own error while it took in a body.
struct SinkFailure: Error {
    let cause: any Error
}
