import Foundation
import Testing

/// Another program that reads and writes the same formats, as the judge of ours.
struct Tool {
    static let age = Tool(path: "/usr/bin/age")
    static let ageKeygen = Tool(path: "/usr/bin/age-keygen")
    static let sshKeygen = Tool(path: "/usr/bin/ssh-keygen")
    static let openSSL = Tool(path: "/usr/bin/openssl")
    static let python = Tool(path: "/usr/bin/python3")

    static let hasAge = age.isThere && ageKeygen.isThere && sshKeygen.isThere
    static let ageAbsence: Comment = "NOT COMPARED with age: install age and openssh-client"

    static let hasJWCrypto = python.isThere && (try? python.run(["-c", "import jwcrypto.jwe"])) != nil
    static let jwcryptoAbsence: Comment = "NOT COMPARED with jwcrypto: install python3-jwcrypto"

    struct Failure: Error {
        var status: Int32
        var errors: String
    }

    let path: String

    var isThere: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What the program prints, which must end well.
    @discardableResult
    func run(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        try withTemporaryFolder { folder in
            let process = Process()
            process.executableURL = URL(filePath: path)
            process.arguments = arguments
            let streams = ["in", "out", "err"].map { folder.appending(path: $0) }
            try Data(input).write(to: streams[0])
            for stream in streams[1...] { try Data().write(to: stream) }
            process.standardInput = try FileHandle(forReadingFrom: streams[0])
            process.standardOutput = try FileHandle(forWritingTo: streams[1])
            process.standardError = try FileHandle(forWritingTo: streams[2])
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw Failure(
                    status: process.terminationStatus,
                    errors: String(decoding: try Data(contentsOf: streams[2]), as: UTF8.self))
            }
            return Array(try Data(contentsOf: streams[1]))
        }
    }
}

/// A folder that is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lantern-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
