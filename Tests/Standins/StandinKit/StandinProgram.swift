import Foundation
import WireForm

/// What the command line of every stand-in says.
package struct StandinOptions: Sendable {
    package var host = "127.0.0.1"
    package var port = 0
    /// The file with the directory.
    package var data: String?
    /// How large a directory is made up.
    package var generate: String?
    package var faults: [Fault] = []
    /// Where the certificate is written.
    package var certificateFile: String?
    package var overTLS = true

    package static let usage = """
        --listen 127.0.0.1:0       where to listen; port 0 takes a free one
        --data directory.json      the directory
        --generate users=100,…     or one that is made up
        --faults faults.json       what goes wrong: a file, or the JSON itself
        --ca-file ca.pem           where to write the certificate, for SSL_CERT_FILE
        --http                     plain HTTP
        """

    /// Reads the words behind the name of the program.
    package init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            if flag == "--http" {
                overTLS = false
                continue
            }
            guard let value = rest.popFirst() else { throw WrongUsage(description: "\(flag): needs a value") }
            try take(flag, value)
        }
    }

    private mutating func take(_ flag: String, _ value: String) throws {
        switch flag {
        case "--listen":
            let sides = value.split(separator: ":")
            guard sides.count == 2, let port = Int(sides[1]), ["127.0.0.1", "localhost"].contains(sides[0]) else {
                throw WrongUsage(description: "--listen: \(value): write 127.0.0.1 and a port")
            }
            self.port = port
        case "--data": data = value
        case "--generate": generate = value
        case "--ca-file": certificateFile = value
        case "--faults":
            let text =
                value.hasPrefix("{") || value.hasPrefix("[")
                ? Data(value.utf8) : try Data(contentsOf: URL(filePath: value))
            faults += try Control.faults(try JSONValue(parsing: Array(text)))
        default: throw WrongUsage(description: "\(flag): no such flag\n\(Self.usage)")
        }
    }
}

/// A command line that says nothing.
package struct WrongUsage: Error, CustomStringConvertible {
    package let description: String
}

extension StandinOptions {
    /// Serves until the program is ended; prints the address as the first line.
    package func serve(_ answer: @escaping StandinServer.Answering) async throws {
        let certificate = overTLS ? try LoopbackCertificate() : nil
        if let certificate, let certificateFile { try certificate.write(to: certificateFile) }
        let scheme = overTLS ? "https" : "http"
        try await StandinServer(host: host, port: port, certificate: certificate, answer: answer).run { [host] port in
            FileHandle.standardOutput.write(Data("\(scheme)://\(host):\(port)\n".utf8))
        }
    }
}
