import Foundation
import Testing

/// A certificate for 127.0.0.1, or another address, and the authority that signed it.
struct MadeCertificate: Sendable {
    let authority: String
    let file: String
    let key: String

    init(for address: String = "IP:127.0.0.1") throws {
        let folder = try Scratch.folder()
        let openssl = try #require(Tool("openssl"))
        func run(_ words: String) throws {
            let ending = try openssl.run(words.split(separator: " ").map(String.init), in: folder)
            try #require(ending.status == 0, "\(ending.errors)")
        }
        try Data("subjectAltName=\(address)\n".utf8).write(to: URL(filePath: "\(folder)/names"))
        try run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=Tests")
        try run("req -newkey rsa:2048 -nodes -keyout own.key -out own.csr -subj /CN=server")
        try run("x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out own.pem -days 30 -extfile names")
        authority = "\(folder)/ca.pem"
        file = "\(folder)/own.pem"
        key = "\(folder)/own.key"
    }
}
