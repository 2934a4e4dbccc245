import Foundation

/// A folder for one run of a target, for parsers that are given a path.
struct ScratchFolder: ~Copyable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lantern-fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit {
        // Whether it could be removed says nothing about the parser.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file with these bytes.
    func file(_ name: String, holding bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }
}
