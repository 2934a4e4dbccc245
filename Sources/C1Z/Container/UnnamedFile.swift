#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files without a name: nothing of them is left behind, however the process ends.
package enum UnnamedFile {
    private static let descriptors = "/proc/self/fd"
    #if os(Linux)
    /// `O_TMPFILE`, whose macro Swift doesn't import.
    private static let flags: Int32 = 0o20_000_000 | O_DIRECTORY
    #endif

    /// Opens one in `folder` for reading and writing; nil where the system can't, or couldn't name it later.
    ///
    /// - Parameter permissions: those it has, less the umask.
    package static func open(in folder: String, permissions: UInt16) -> Int32? {
        #if os(Linux)
        guard access(descriptors, X_OK) == 0 else { return nil }
        let descriptor = systemOpen(folder, O_RDWR | O_CLOEXEC | flags, mode_t(permissions))
        return descriptor >= 0 ? descriptor : nil
        #else
        return nil
        #endif
    }

    /// Gives it a name that nothing has yet; false, with `errno`, when that fails.
    package static func name(_ descriptor: Int32, _ path: String) -> Bool {
        linkat(AT_FDCWD, "\(descriptors)/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    }
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    open(path, flags, mode)
}
