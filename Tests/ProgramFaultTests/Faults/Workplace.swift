import Foundation
import Testing

/// A folder in which a program works while its files fail, and what was in it before.
final class Workplace {
    let folder: String
    private let report: String
    private let template: Workplace?
    /// Where temporary files go; not among the names.
    private var temporary: String { "\(folder)/tmp" }

    /// - Parameter template: whose files it begins with.
    init(like template: Workplace? = nil) throws {
        // Without links, as the library compares paths by their letters.
        let root = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        folder = "\(root)/fault-test-\(UUID().uuidString)"
        report = "\(folder).report"
        self.template = template
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        try reset()
    }

    deinit {
        for path in [folder, report] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Puts everything as it is in the template.
    func reset() throws {
        for name in try names { try FileManager.default.removeItem(atPath: path(name)) }
        for name in try temporaryNames { try FileManager.default.removeItem(atPath: "\(temporary)/\(name)") }
        for name in try template?.names ?? [] {
            try FileManager.default.copyItem(atPath: try #require(template).path(name), toPath: path(name))
        }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// What is in it, without the temporary files.
    var names: Set<String> {
        get throws { Set(try FileManager.default.contentsOfDirectory(atPath: folder)).subtracting(["tmp"]) }
    }

    var temporaryNames: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: temporary) } }

    func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }

    /// Runs a program whose calls on the files here are subject to `fault`.
    func run(_ words: [String], _ fault: Fault) throws -> FaultyRun {
        try Data(count: 32).write(to: URL(filePath: report))
        let ended = try EndedProgram(
            words,
            [
                "PATH": "/usr/bin:/bin", "TMPDIR": temporary, "LD_PRELOAD": try #require(FaultLibrary.path),
                "FAULT_FOLDER": folder, "FAULT_REPORT": report, "FAULT_KIND": fault.kind.rawValue,
                "FAULT_AT": "\(fault.call)",
            ])
        let noted = try Data(contentsOf: URL(filePath: report))
        let count = noted.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let failed = String(decoding: noted.dropFirst(8).prefix { $0 != 0 }, as: UTF8.self)
        return FaultyRun(status: ended.status, complaint: ended.errors, calls: count, failed: failed)
    }
}

/// How a program ended whose files may have failed.
struct FaultyRun {
    let status: Int32
    let complaint: String
    /// How many calls it made.
    let calls: Int
    /// The first call that failed, such as `pwrite`; empty when none did.
    let failed: String
}
