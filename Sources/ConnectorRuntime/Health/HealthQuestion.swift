import AccessModel
import CommandLineKit

/// `health-check`: asks a running connector how it is, for those who start and restart it.
struct HealthQuestion: Sendable {
    static let flags = [
        Flag("endpoint", help: "What to ask for: health, ready or live", default: "health"),
        Flag("timeout", .int, help: "How many seconds the answer may take", default: "5"),
    ]

    private static let endpoints = ["health", "ready", "live"]
    /// More would be no status line.
    private static let longestLine = 1024

    private let place: HealthServer.Place
    private let endpoint: String
    private let timeout: Int

    init(_ flags: ParsedFlags) throws {
        place = try HealthServer.Place(flags)
        endpoint = flags.string("endpoint")
        timeout = flags.int("timeout")
        guard Self.endpoints.contains(where: endpoint.hasSameBytes) else {
            throw UsageError("invalid endpoint: \(endpoint) (valid: \(Self.endpoints.joined(separator: ", ")))")
        }
        guard (1...3600).contains(timeout) else { throw UsageError("timeout: \(timeout) is not 1 to 3600 seconds") }
    }

    /// Asks.
    ///
    /// - Throws: a `ServiceError` unless the answer is that all is well.
    func ask() async throws {
        let status: Int
        do {
            let expiry = ServiceError(.deadlineExceeded, "no answer within \(timeout) s")
            status = try await withTimeLimit(.seconds(timeout), orThrow: expiry) { try await answeredStatus() }
        } catch let error as SocketError {
            throw ServiceError(.unavailable, "health check failed: \(place): \(error)")
        } catch let error as ServiceError {
            throw error.adding("health check failed: \(place)")
        }
        guard status == 200 else { throw ServiceError(.unknown, "health check returned status \(status)") }
    }

    private func answeredStatus() async throws -> Int {
        let connection = try await connected()
        let request = "GET /\(endpoint) HTTP/1.1\r\nHost: \(place)\r\nConnection: close\r\n\r\n"
        try await connection.send(Array(request.utf8))
        var bytes: [UInt8] = []
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return try Self.status(String(decoding: bytes[..<end], as: UTF8.self))
            }
            let more = try await connection.bytes(atMost: 512)
            guard !more.isEmpty, bytes.count < Self.longestLine else { throw Self.noHTTP }
            bytes += more
        }
    }

    private func connected() async throws -> Socket {
        var failure: any Error = ServiceError(.unavailable, "no such address")
        for address in try SocketAddress.resolve(place.host, port: place.port, isPassive: false) {
            do {
                return try await Socket.connected(to: address)
            } catch let error as SocketError {
                failure = error
            }
        }
        throw failure
    }

    private static func status(_ line: String) throws -> Int {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1].filter { $0 != "\r" }),
            (100...599).contains(status)
        else { throw noHTTP }
        return status
    }

    private static let noHTTP = ServiceError(.unknown, "what answers there is no health check")
}
