import C1Z
import Foundation

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("\(NSTemporaryDirectory())/lantern-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw C1ZError(.failed, "a test's folder", "can't be made") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in the folder.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and says where it is.
    func file(_ name: String, holding bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }

    /// The names of everything in the folder.
    var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? ["the folder can't be listed"]
    }
}

/// All bytes of a file.
func content(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
}

/// The error that `body` ends with; nil when it ends well or with another kind.
func failure(of body: () throws -> Void) -> C1ZError? {
    do {
        try body()
        return nil
    } catch {
        return error as? C1ZError
    }
}

extension C1ZError {
    /// Whether a person can read it: one line that begins with the file and names no type.
    var isClear: Bool {
        description.hasPrefix(file) && !description.contains("\n") && !description.contains("Error(")
            && problem.count > 10
    }
}
