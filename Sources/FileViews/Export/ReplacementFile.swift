import C1Z

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that takes the place of another only when it is complete.
///
/// Until then it has no name where the system allows that, so that nothing is left behind however the process ends.
package final class ReplacementFile {
    /// Where its content goes.
    package let output: Output

    private let path: String
    private let target: String
    private let temporary: String
    private let isReplacing: Bool
    private var isNamed = false
    private var isCommitted = false

    /// Begins a file at `path`; one that is there keeps its permissions and, until the end, its content.
    ///
    /// What is no ordinary file, such as a pipe, is written to directly.
    ///
    /// - Parameter permissions: those of a new file, less the umask.
    package init(_ path: String, permissions: UInt16 = 0o666) throws {
        self.path = path
        var state = stat()
        let exists = stat(path, &state) == 0
        if exists, state.st_mode & S_IFMT == S_IFDIR { throw OutputError(path, "is a directory. Name a file.") }
        // Renaming would get around the permissions of the file itself.
        if exists, access(path, W_OK) != 0 { throw OutputError(path, errno) }
        let reached = LinkTarget.path(of: path)
        isReplacing = reached != nil && (!exists || state.st_mode & S_IFMT == S_IFREG)
        let target = reached ?? path
        self.target = target
        let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
        temporary = "\(folder).baton-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).tmp"
        guard isReplacing else {
            output = Output(to: try Self.open(path, O_WRONLY, 0, for: path), named: path)
            return
        }
        let opened = try Self.openTemporary(temporary, in: folder, permissions, for: path)
        isNamed = opened.isNamed
        output = Output(to: opened.descriptor, named: path)
        // Who was kept from reading the old file is kept from reading the new one.
        guard !exists || fchmod(opened.descriptor, state.st_mode & 0o777) == 0 else { throw OutputError(path, errno) }
    }

    deinit {
        close(output.descriptor)
        if isNamed, !isCommitted { unlink(temporary) }
    }

    /// Puts the file in its place.
    package func commit() throws {
        try output.flush()
        guard isReplacing else { return }
        guard fsync(output.descriptor) == 0 else { throw OutputError(path, errno) }
        if !isNamed {
            guard UnnamedFile.name(output.descriptor, temporary) else { throw OutputError(path, errno) }
            isNamed = true
        }
        guard rename(temporary, target) == 0 else { throw OutputError(path, errno) }
        isCommitted = true
    }

    private static func openTemporary(
        _ temporary: String, in folder: String, _ permissions: UInt16, for path: String
    ) throws -> (descriptor: Int32, isNamed: Bool) {
        if let descriptor = UnnamedFile.open(in: folder, permissions: permissions) { return (descriptor, false) }
        return (try Self.open(temporary, O_RDWR | O_CREAT | O_EXCL, permissions, for: path), true)
    }

    private static func open(
        _ file: String, _ flags: Int32, _ permissions: UInt16, for path: String
    ) throws -> Int32 {
        let descriptor = systemOpen(file, flags | O_CLOEXEC, mode_t(permissions))
        guard descriptor >= 0 else { throw OutputError(path, errno) }
        return descriptor
    }
}

/// `open(2)`, with the permissions that the person's umask leaves.
private func systemOpen(_ path: String, _ flags: Int32, _ permissions: mode_t) -> Int32 {
    open(path, flags, permissions)
}
