import Foundation

/// A stand-in that listens.
package struct RunningStandin: Sendable {
    /// Its address, such as `https://127.0.0.1:4711`.
    package let url: String
    /// The file that makes a client trust it; nil over plain HTTP.
    package let certificateFile: String?

    package init(url: String, certificateFile: String?) {
        self.url = url
        self.certificateFile = certificateFile
    }

    /// The address without its scheme, such as `127.0.0.1:4711`.
    package var authority: String { String(url.drop { $0 != "/" }.dropFirst(2)) }
}

/// Why a stand-in does not listen.
package struct NotListening: Error, CustomStringConvertible {
    package let description = "the stand-in ended before it listened"
}

extension RunningStandin {
    /// Lets a stand-in listen on a free port of the loopback address while `body` runs.
    package static func serving<Result: Sendable>(
        overTLS: Bool, _ answer: @escaping StandinServer.Answering,
        while body: (RunningStandin) async throws -> Result
    ) async throws -> Result {
        let certificate = overTLS ? try LoopbackCertificate() : nil
        let file = certificate.map { _ in
            FileManager.default.temporaryDirectory.appending(path: "standin-\(UUID().uuidString).pem").path
        }
        if let certificate, let file { try certificate.write(to: file) }
        defer { file.map { try? FileManager.default.removeItem(atPath: $0) } }
        let server = StandinServer(certificate: certificate, answer: answer)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let (ports, announce) = AsyncStream.makeStream(of: Int.self)
            group.addTask {
                defer { announce.finish() }
                try await server.run { announce.yield($0) }
            }
            defer { group.cancelAll() }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.next()
                throw NotListening()
            }
            let scheme = overTLS ? "https" : "http"
            return try await body(RunningStandin(url: "\(scheme)://127.0.0.1:\(port)", certificateFile: file))
        }
    }
}
