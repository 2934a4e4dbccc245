import CommandLineKit
import Telemetry

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Collector {
    /// The collector that the flags name; nil when they name none or nothing is to be sent (connector-runtime §11.2).
    ///
    /// - Throws: `UsageError` when they contradict each other, or a certificate can't be read.
    static func asked(_ flags: ParsedFlags) throws -> Collector? {
        let endpoint = flags.string("otel-collector-endpoint")
        let takesTraces = !flags.bool("otel-tracing-disabled")
        let takesLogs = !flags.bool("otel-logging-disabled")
        guard !endpoint.isEmpty, takesTraces || takesLogs else { return nil }
        do {
            return try Collector(
                at: endpoint, security: try security(flags), takesTraces: takesTraces, takesLogs: takesLogs)
        } catch let error as EndpointError {
            throw UsageError("--otel-collector-endpoint: \(error)")
        }
    }

    private static func security(_ flags: ParsedFlags) throws -> Security {
        let (inlined, path, insecure) = (
            "otel-collector-endpoint-tls-cert", "otel-collector-endpoint-tls-cert-path",
            "otel-collector-endpoint-tls-insecure"
        )
        let certificate = flags.string(inlined)
        let file = flags.string(path)
        let given = [(inlined, !certificate.isEmpty), (path, !file.isEmpty), (insecure, flags.bool(insecure))]
            .filter(\.1).map { "--\($0.0)" }
        guard given.count < 2 else {
            throw UsageError("\(given.joined(separator: " and ")): only one of them can be said")
        }
        if flags.bool(insecure) { return .plaintext }
        if !certificate.isEmpty { return .authority(try pem(Array(decoded(certificate)), from: "--\(inlined)")) }
        if !file.isEmpty { return .authority(try pem(contents(of: file, flag: path), from: file)) }
        return .system
    }

    /// The bytes of base64url, with or without padding; none when it isn't that.
    private static func decoded(_ text: String) -> Data {
        var plain = text.replacing("-", with: "+").replacing("_", with: "/")
        while plain.hasSuffix("=") { plain.removeLast() }
        plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: plain) ?? Data()
    }

    private static func contents(of path: String, flag: String) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw UsageError("--\(flag): \(path) can't be read. Name a file that this user may read")
        }
    }

    private static func pem(_ bytes: [UInt8], from place: String) throws -> [UInt8] {
        guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
            throw UsageError("\(place): holds no certificate in PEM")
        }
        return bytes
    }
}
