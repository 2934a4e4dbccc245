package import Foundation

/// What one run of a program printed, and how it ended.
package struct Ending: Sendable {
    package let status: Int32
    package let output: String
    package let errors: String

    /// Runs a process to its end, and blocks this thread meanwhile.
    ///
    /// What it prints goes through files: a pipe that nobody empties would stop it.
    /// - Throws: ``Endless`` when it takes longer; it is killed then.
    init(of process: Process, in folder: URL, within seconds: Int) throws {
        let places = ["output", "errors"].map { folder.appending(path: "\($0)-\(UUID().uuidString)") }
        for place in places { _ = FileManager.default.createFile(atPath: place.path, contents: nil) }
        defer { for place in places { try? FileManager.default.removeItem(at: place) } }
        process.standardOutput = try FileHandle(forWritingTo: places[0])
        process.standardError = try FileHandle(forWritingTo: places[1])
        try process.run()
        let end = Date(timeIntervalSinceNow: Double(seconds))
        while process.isRunning {
            guard Date() < end else {
                kill(process.processIdentifier, SIGKILL)
                throw Endless(program: process.executableURL?.lastPathComponent ?? "", seconds: seconds)
            }
            usleep(2000)
        }
        status = process.terminationStatus
        output = try String(decoding: Data(contentsOf: places[0]), as: UTF8.self)
        errors = try String(decoding: Data(contentsOf: places[1]), as: UTF8.self)
    }

    /// A program that didn't end in time.
    struct Endless: Error {
        let program: String
        let seconds: Int
    }

    /// What it printed, as a JSON object.
    ///
    /// - Throws: when it is none.
    package func json() throws -> NSDictionary {
        guard let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? NSDictionary else {
            throw NoObject(output: output)
        }
        return object
    }

    /// Something was printed that is no JSON object.
    struct NoObject: Error {
        let output: String
    }

    /// The password that was shown; nil when none was.
    package var shownPassword: String? {
        output.split(separator: "\n").first { $0.hasPrefix("password: ") }
            .map { String($0.dropFirst("password: ".count)) }
    }
}
