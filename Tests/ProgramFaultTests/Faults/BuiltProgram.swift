import ChildProcesses
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The programs that were built beside these tests.
enum BuiltProgram {
    /// Where they are.
    static let folder: String = {
        var folders = [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path]
        if let run = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            folders.append(URL(filePath: run).deletingLastPathComponent().path)
        }
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        folders.append(root.appending(path: ".build/debug").path)
        return folders.first { access("\($0)/baton-demo", X_OK) == 0 } ?? "."
    }()

    static var baton: String { "\(folder)/baton" }
    static var demo: String { "\(folder)/baton-demo" }
}

/// What a program said and how it ended.
struct EndedProgram {
    let status: Int32
    let errors: String

    /// Runs a program to its end.
    init(_ words: [String], _ environment: [String: String]) throws {
        let process = try StartedProcess(at: words[0], words, environment: environment.map { "\($0.key)=\($0.value)" })
        errors = Self.text(from: process.errors)
        _ = Self.text(from: process.output)
        var ending: Int32 = 0
        while waitpid(process.process, &ending, 0) < 0, errno == EINTR {}
        status = ending & 0x7F == 0 ? (ending >> 8) & 0xFF : 128 + (ending & 0x7F)
    }

    private static func text(from pipe: Int32) -> String {
        let handle = FileHandle(fileDescriptor: pipe, closeOnDealloc: true)
        return String(decoding: handle.readDataToEndOfFile(), as: UTF8.self)
    }
}
