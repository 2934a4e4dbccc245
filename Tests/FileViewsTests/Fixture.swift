import Foundation
import Testing
import WireForm

/// A file made by the reference, with what the reference prints for it.
struct Fixture: CustomStringConvertible, Sendable {
    let name: String

    /// The folder of the fixtures.
    static let folder = URL(
        fileURLWithPath: ProcessInfo.processInfo.environment["LANTERN_FIXTURES"]
            ?? BatonRun.packageRoot.appendingPathComponent("../shared/fixtures").path
    ).appendingPathComponent("c1z")

    /// Whether they are there.
    static let areThere = FileManager.default.fileExists(atPath: folder.appendingPathComponent("manifest.json").path)

    /// What is said where they are needed and aren't there.
    static let absence: Comment = "NOT COMPARED with the reference: its files (LANTERN_FIXTURES) are missing"

    /// Those of version 1.
    static let version1: [Fixture] = named(beginningWith: "C1ZF\0")

    private static func named(beginningWith magic: String) -> [Fixture] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { Fixture(name: $0) }.filter { fixture in
            let file = FileHandle(forReadingAtPath: fixture.file)
            return (try? file?.read(upToCount: 5)) == Data(magic.utf8)
        }
    }

    /// Those of version 3.
    static let version3: [Fixture] = named(beginningWith: "C1Z3\0")

    var description: String { name }

    /// The c1z file.
    var file: String { path("sync.c1z") }

    /// A path beside it.
    func path(_ name: String) -> String {
        Self.folder.appendingPathComponent(self.name).appendingPathComponent(name).path
    }

    /// The bytes of a file beside it.
    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The calls of the reference's program and what came of them.
    var commands: [Command] {
        get throws {
            try JSONValue(parsing: bytes("commands.json")).elements.map { command in
                Command(
                    arguments: (command["args"]?.elements ?? []).map { word in
                        let text = word.string ?? ""
                        return text == "sync.c1z" ? file : text
                    },
                    output: command["out"]?.string, status: command["exit"]?.integer ?? 0)
            }
        }
    }

    struct Command {
        var arguments: [String]
        /// The file with what it printed; nil when it isn't kept.
        let output: String?
        let status: Int64
    }
}

extension JSONValue {
    /// A text that is equal for documents which differ in nothing but the order of lists and members.
    var canonical: String {
        switch self {
        case .array(let elements): "[" + elements.map(\.canonical).sorted().joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\($0.name):\($0.value.canonical)" }.sorted().joined(separator: ",") + "}"
        default: text
        }
    }
}
