import Glibc
import Testing

@testable import LinuxConnector

/// A folder that stands for `/` in one test and disappears with it.
final class PreparedRoot: Sendable {
    let path: String
    var files: InspectedRoot { InspectedRoot(path) }

    init(_ contents: KeyValuePairs<String, String> = [:]) throws {
        path = try temporaryFolder()
        for (name, text) in contents { try write(name, text) }
    }

    deinit { remove(path) }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        try write(name, Array(text.utf8), mode: mode)
    }

    func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws {
        try makeFolder(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
        let file = try #require(fopen(path + name, "w"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        #expect(chmod(path + name, mode) == 0)
    }

    func makeFolder(_ name: String) throws {
        var folder = path
        for part in name.split(separator: "/") {
            folder += "/" + part
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw TestFailure("mkdir \(folder): \(errno)") }
        }
    }

    func link(_ name: String, to target: String) throws {
        try makeFolder(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
        guard symlink(target, path + name) == 0 else { throw TestFailure("symlink \(name): \(errno)") }
    }

    private func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            chmod(path, 0o700)
            for name in (try? InspectedRoot(path).entries("/")) ?? [] { remove(path + "/" + name) }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

struct TestFailure: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

func temporaryFolder() throws -> String {
    var template = Array("/tmp/lantern-linux-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp: \(errno)") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
