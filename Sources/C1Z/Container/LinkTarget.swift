#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a path leads over links, so that replacing a file leaves the links to it as they are.
package enum LinkTarget {
    private static let longestChain = 40

    /// The path of the file itself, which need not exist yet; nil when an existing file can't be reached by a path, such as one
    /// that was deleted while it is open.
    package static func path(of path: String) -> String? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return step(from: path, left: longestChain) }
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        var found = stat()
        guard stat(real, &found) == 0, found.st_ino == facts.st_ino, found.st_dev == facts.st_dev else { return nil }
        var itself = stat()
        // A path without links at its end stays as it was given, for error texts.
        guard lstat(path, &itself) == 0, itself.st_mode & S_IFMT == S_IFLNK else { return path }
        return String(cString: real)
    }

    private static func step(from path: String, left: Int) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        guard count > 0 else { return path }
        guard left > 0 else { return nil }
        let next = String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        let isAbsolute = next.hasPrefix("/")
        return step(from: isAbsolute ? next : FileDescriptor.folder(of: path) + "/" + next, left: left - 1)
    }
}
