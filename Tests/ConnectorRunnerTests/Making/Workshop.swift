import Foundation

/// A folder with a runner's file and small programs that stand in for connectors; it goes away with its owner.
final class Workshop: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("runner-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in the folder.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and says where it is.
    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
        return file(name)
    }

    /// Writes a program of the shell and says where it is.
    @discardableResult
    func script(_ name: String, _ lines: String) throws -> String {
        let source = try write("\(name).source", "#!/bin/sh\n\(lines)\n", mode: 0o700)
        // By another process: a file that this one has open for writing could be open in a child of another test that was only
        // just begun, and what is open for writing can't be run.
        let copy = Process()
        copy.executableURL = URL(filePath: "/bin/cp")
        copy.arguments = ["-p", source, file(name)]
        try copy.run()
        copy.waitUntilExit()
        return file(name)
    }

    /// What a file of the folder holds; nil when it isn't there.
    func text(_ name: String) -> String? {
        try? String(contentsOfFile: file(name), encoding: .utf8)
    }
}
