import AccessModel
public import ConnectorKit
import NIOSSL

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The certificate a client shows, and its key.
public struct ClientCertificate: Sendable {
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

    /// A certificate, with those that vouch for it after it, and its unencrypted private key, as PEM texts.
    public init(certificate: String, key: Secret) throws {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)), !chain.isEmpty else {
            throw ServiceError(
                .invalidArgument,
                "client certificate: it is no PEM certificate. Give the text between and with BEGIN and END CERTIFICATE."
            )
        }
        guard let key = try? NIOSSLPrivateKey(bytes: Array(PEMText.normalized(key.reveal()).utf8), format: .pem) else {
            throw ServiceError(
                .invalidArgument,
                "client certificate: its key is no unencrypted PEM private key. Decrypt it with openssl pkey.")
        }
        self.chain = chain
        self.key = key
    }
}

/// PEM as it comes out of variables and forms.
enum PEMText {
    /// `text` with real line breaks where it has `\n` in two characters.
    static func normalized(_ text: String) -> String {
        text.split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n")
            .split(whereSeparator: \.isNewline)
            .map { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ") }
            .joined(separator: "\n") + "\n"
    }
}

/// Whose certificates are trusted: `SSL_CERT_FILE`, `SSL_CERT_DIR`, otherwise the system's.
enum TrustRoots {
    static func from(_ environment: [String: String]) throws -> NIOSSLTrustRoots {
        let file = environment["SSL_CERT_FILE"] ?? ""
        let folders = (environment["SSL_CERT_DIR"] ?? "").split(separator: ":").map(String.init)
        guard !file.isEmpty || !folders.isEmpty else { return .default }
        var certificates: [NIOSSLCertificate] = []
        if !file.isEmpty {
            guard let found = try? NIOSSLCertificate.fromPEMFile(file), !found.isEmpty else {
                throw ServiceError(
                    .invalidArgument, "SSL_CERT_FILE: \(file) holds no PEM certificates, or can't be read.")
            }
            certificates += found
        }
        for folder in folders {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
                throw ServiceError(.invalidArgument, "SSL_CERT_DIR: \(folder) is no folder that can be read.")
            }
            for name in names.sorted() {
                // Such folders hold other files too, lists of revoked ones for instance.
                certificates += (try? NIOSSLCertificate.fromPEMFile("\(folder)/\(name)")) ?? []
            }
        }
        guard !certificates.isEmpty else {
            throw ServiceError(
                .invalidArgument, "SSL_CERT_DIR: no PEM certificates in \(folders.joined(separator: ":")).")
        }
        return .certificates(certificates)
    }

    static func configuration(
        _ environment: [String: String], certificate: ClientCertificate?
    ) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.trustRoots = try from(environment)
        if let certificate {
            configuration.certificateChain = certificate.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(certificate.key)
        }
        return configuration
    }
}
