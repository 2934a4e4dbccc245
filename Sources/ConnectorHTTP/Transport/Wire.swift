import AsyncHTTPClient
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One request as it goes out.
package struct WireRequest: Sendable {
    let method: HTTPRequest.Method
    let address: WebAddress
    var fields: HeaderFields
    let body: Data?
    /// A part of a file that is sent in place of the body.
    var filePart: FilePart?
    var showsCertificate = true
    /// Statuses outside 200–299 whose bodies are wanted whole.
    var acceptedStatuses: Set<Int> = []
}

extension WireRequest {
    /// A request for an address.
    package init(
        _ method: HTTPRequest.Method, _ address: WebAddress, fields: HeaderFields, body: Data? = nil,
        filePart: FilePart? = nil
    ) {
        self.init(method: method, address: address, fields: fields, body: body, filePart: filePart)
    }
}

/// One answer as it came in.
package struct WireAnswer: Sendable {
    package let status: Int
    package let fields: HeaderFields
    package let body: Data

    package var isSuccess: Bool { (200...299).contains(status) }

    /// The body, for a person; one that was cut may end in half a secret, which nothing would recognise.
    var printedBody: String {
        isSuccess || body.count <= Wire.errorBodyLimit
            ? String(decoding: body, as: UTF8.self) : "(an error of more than \(Wire.errorBodyLimit) bytes)"
    }
}

/// Where the bytes of a body go.
package enum BodySink: Sendable {
    /// Into memory, so many at most.
    case memory(limit: Int)
    /// To the caller, as they come.
    case caller(@Sendable (Data) async throws -> Void)
}

/// Sends one request and takes in its answer, within a deadline.
package struct Wire: Sendable {
    let connections: Connections
    let headerTimeout: Duration
    /// Errors beyond that say nothing more.
    static let errorBodyLimit = 65536

    /// A wire over connections.
    ///
    /// - Parameter headerTimeout: how long the other side may think before it begins to answer.
    package init(connections: Connections, headerTimeout: Duration) {
        self.connections = connections
        self.headerTimeout = headerTimeout
    }

    /// The answer to `request`.
    ///
    /// - Throws: ``TransportFailure`` when there is none, or not the whole of it.
    package func send(_ request: WireRequest, into sink: BodySink, by deadline: Deadline) async throws -> WireAnswer {
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
        if let part = request.filePart { outgoing.body = .stream(part, length: .known(part.length)) }
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
package struct SinkFailure: Error {
    package let cause: any Error
}
