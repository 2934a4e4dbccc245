import ChildProcesses
import Foundation
import Testing

/// The library of `faults.c`, made when it is first needed: it is for one program at a time, and nothing may link it.
enum FaultLibrary {
    /// Where it is; nil when there is no C compiler, or the system has no `LD_PRELOAD`.
    static let path: String? = {
        #if os(Linux)
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let names = ["clang", "cc", "gcc"]
        guard let compiler = names.lazy.compactMap({ ProgramFile.find($0, in: folders) }).first else { return nil }
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "faults.c").path
        let library = BuiltProgram.folder + "/faults.so"
        let run = try? EndedProgram(
            [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl"],
            ["PATH": folders.joined(separator: ":")])
        guard run?.status == 0 else {
            Issue.record("faults.c does not compile: \(run?.errors ?? compiler)")
            return nil
        }
        return library
        #else
        return nil
        #endif
    }()

    static let absence: Comment = "NOT TRIED with failing files: there is no C compiler, or this is not Linux"
}

/// What happens to the file calls of a program.
struct Fault: Sendable, CustomTestStringConvertible {
    enum Kind: String, CaseIterable, Sendable {
        /// One call fails with EIO.
        case broken
        /// From one call on there is no room.
        case full
        /// All reads and writes are interrupted, and move half of what they should.
        case halting
        /// None fails; they are only counted.
        case none
    }

    let kind: Kind
    /// The call that fails, counted from 1.
    var call = 0

    var testDescription: String { "\(kind) at call \(call)" }
}
