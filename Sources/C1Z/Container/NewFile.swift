#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that takes its place in one step, when it is complete.
///
/// What is written has no name until then, so that nothing stays behind when the process is killed.
final class NewFile {
    private let content: FileDescriptor
    /// Where it is to be.
    let path: String
    /// Whether a file of that name may be replaced.
    private let replaces: Bool
    /// How many bytes were written.
    private(set) var size: Int64 = 0

    private var temporary: String { path + ".tmp" }

    /// Writes a file with what `fill` writes, in the place of the old one.
    ///
    /// On any failure the old file is untouched.
    ///
    /// - Throws: ``C1ZError``, and what `fill` throws.
    static func write<Result>(
        _ path: String, replacing replaces: Bool = true, _ fill: (NewFile) throws -> Result
    ) throws -> Result {
        let file = try NewFile(path, replaces: replaces)
        let result: Result
        do {
            result = try fill(file)
            try file.takePlace()
        } catch {
            unlink(file.temporary)
            throw error
        }
        do {
            try FileDescriptor(FileDescriptor.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, "open").sync()
        } catch {
            // What replaced nothing goes away again, so that an error means that there is no file.
            if !replaces { unlink(path) }
            throw C1ZError(error.code, path, "its folder: \(error.problem)")
        }
        return result
    }

    private init(_ path: String, replaces: Bool) throws(C1ZError) {
        content = try FileDescriptor(unnamedFor: path + ".tmp")
        self.path = path
        self.replaces = replaces
    }

    /// Adds bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(C1ZError) {
        try content.write(bytes)
        size += Int64(bytes.count)
    }

    private func takePlace() throws(C1ZError) {
        try content.sync()
        if content.isUnnamed, !replaces {
            try content.name(onlyIfFree: path)
        } else {
            try content.name()
            try keepPermissions()
            try rename()
        }
    }

    private func rename() throws(C1ZError) {
        if !replaces {
            if link(temporary, path) == 0 {
                unlink(temporary)
                return
            }
            if errno == EEXIST { throw C1ZError.isTaken(path) }
            // Not every file system has links; there the check before has to do.
        }
        #if canImport(Glibc)
        let result = Glibc.rename(temporary, path)
        #elseif canImport(Musl)
        let result = Musl.rename(temporary, path)
        #else
        let result = Darwin.rename(temporary, path)
        #endif
        guard result == 0 else { throw C1ZError.system(path, "replace", errno) }
    }

    /// Who was kept from reading the old file is kept from reading the new one.
    private func keepPermissions() throws(C1ZError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        guard chmod(temporary, facts.st_mode & 0o777) == 0 else { throw C1ZError.system(path, "replace", errno) }
    }
}
