import AccessModel
import Crypto
public import LanternCatalog
import NIOSSL
import SwiftASN1
import X509

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a server shows for itself: a certificate and its key, as PEM files.
public struct ServerCertificate: Sendable {
    private let certificate: String
    private let key: String

    /// The files that somebody names.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// A certificate of its own making in the data folder, made when it isn't there.
    ///
    /// - Parameter names: the hosts and addresses that it is for.
    /// - Throws: ``CatalogError`` when it can't be written.
    public init(madeIn folder: DataFolder, for names: [String]) throws {
        let tls = folder.path + "/tls"
        mkdir(tls, 0o700)
        certificate = tls + "/certificate.pem"
        key = tls + "/key.pem"
        guard access(certificate, R_OK) != 0 || access(key, R_OK) != 0 else { return }
        let made = try SelfMade(for: names)
        try keep(made.key, at: key)
        try keep(made.certificate, at: certificate)
    }

    /// Where the certificate is, for those who have to trust it.
    public var path: String { certificate }

    var configuration: TLSConfiguration {
        get throws {
            do {
                return TLSConfiguration.makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            } catch {
                throw CatalogError(
                    .failedPrecondition,
                    "\(certificate) and \(key): are no PEM certificate and its key: \(error). Name others with --tls-cert and --tls-key."
                )
            }
        }
    }
}

/// Writes a file that only its owner can read, whole or not at all.
private func keep(_ text: String, at path: String) throws {
    let descriptor = open(path + ".new", O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw notWritten(path) }
    let bytes = Array(text.utf8)
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(path + ".new", path) == 0 else { throw notWritten(path) }
}

private func notWritten(_ path: String) -> CatalogError {
    CatalogError(.failedPrecondition, "\(path): can't be written: \(String(cString: strerror(errno)).lowercased()).")
}

/// A certificate that vouches for itself: whoever trusts the file trusts the server.
private struct SelfMade {
    let certificate: String
    let key: String

    init(for names: [String]) throws {
        let signingKey = P256.Signing.PrivateKey()
        let privateKey = Certificate.PrivateKey(signingKey)
        let name = try DistinguishedName { CommonName("Lantern") }
        let now = Date()
        let made = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: privateKey.publicKey,
            notValidBefore: now.addingTimeInterval(-3600), notValidAfter: now.addingTimeInterval(825 * 86400),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names.map(Self.name))
            }, issuerPrivateKey: privateKey)
        var serializer = DER.Serializer()
        try serializer.serialize(made)
        certificate = PEMDocument(type: "CERTIFICATE", derBytes: serializer.serializedBytes).pemString + "\n"
        key = signingKey.pemRepresentation + "\n"
    }

    private static func name(_ text: String) -> GeneralName {
        var (ipv4, ipv6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &ipv4) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: &ipv4) { Array($0) }[...]))
        }
        if inet_pton(AF_INET6, text, &ipv6) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: &ipv6) { Array($0) }[...]))
        }
        return .dnsName(text)
    }
}
