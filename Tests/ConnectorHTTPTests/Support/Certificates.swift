import Foundation
import NIOSSL

/// A certificate authority of the test, with a certificate for a server and one for a client.
struct Certificates {
    let folder: URL

    var authority: String { folder.appending(path: "ca.pem").path }

    /// Makes them with openssl in a folder of their own.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lantern-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem"] + key)
        for (name, alternative) in [
            ("server", "IP:127.0.0.1,DNS:acme.example.com"), ("elsewhere", "DNS:elsewhere.example.com"),
            ("client", "DNS:client"),
        ] {
            try "subjectAltName=\(alternative)\n".write(
                to: folder.appending(path: "\(name).ext"), atomically: true, encoding: .utf8)
            try openssl(["req", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).csr"] + key)
            try openssl([
                "x509", "-req", "-days", "2", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-extfile", "\(name).ext", "-out", "\(name).pem",
            ])
        }
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// What a server of this authority goes by.
    func server(
        _ name: String = "server", askingForCertificate: Bool = false, protocols: [String] = []
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(folder.appending(path: "\(name).pem").path)
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(file: folder.appending(path: "\(name).key").path, format: .pem)))
        configuration.applicationProtocols = protocols
        if askingForCertificate {
            configuration.trustRoots = .file(authority)
            configuration.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
