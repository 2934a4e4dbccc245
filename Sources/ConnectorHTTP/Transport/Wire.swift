import AsyncHTTPClient
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
    /// Statuses outside 200–299 whose bodies are wanted whole.
    var acceptedStatuses: Set<Int> = []
}

/// One answer as it came in.
struct WireAnswer: Sendable {
    let status: Int
    let fields: HeaderFields
    let body: Data

    var isSuccess: Bool { (200...299).contains(status) }

    /// The body, for a person; one that was cut may end in half a secret, which nothing would recognise.
    var printedBody: String {
        isSuccess || body.count <= Wire.errorBodyLimit
            ? String(decoding: body, as: UTF8.self) : "(an error of more than \(Wire.errorBodyLimit) bytes)"
    }
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
    /// Errors beyond that say nothing more.
    static let errorBodyLimit = 65536

    /// The answer to `request`.
    ///
    /// - Throws: ``TransportFailure`` when there is none, or not the whole of it.
    func send(_ request: WireRequest, into sink: BodySink, by deadline: Deadline) async throws -> WireAnswer {
        try await deadline.run {
            let response = try await head(of: request, by: deadline)
            do {
                return try await taking(response, to: request, into: sink)
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

    private func taking(
        _ response: HTTPClientResponse, to request: WireRequest, into sink: BodySink
    ) async throws -> WireAnswer {
        let status = Int(response.status.code)
        var fields = HeaderFields()
        for field in response.headers { fields.add(field.name, field.value) }
        let isSuccess = (200...299).contains(status)
        let isWanted = isSuccess || request.acceptedStatuses.contains(status)
        var body = Data()
        for try await chunk in response.body {
            if isSuccess, case .caller(let take) = sink {
                do { try await take(Data(chunk.readableBytesView)) } catch { throw SinkFailure(cause: error) }
                continue
            }
            body.append(contentsOf: chunk.readableBytesView)
            if isWanted, case .memory(let limit) = sink {
                guard body.count <= limit else { throw TransportFailure.oversized(limit: limit) }
            } else if body.count > Self.errorBodyLimit {
                break
            }
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
