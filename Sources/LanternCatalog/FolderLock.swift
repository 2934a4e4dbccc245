import AccessModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The right to perform the imports of a data folder, which one program has at a time.
///
/// The system takes it back when the program ends, however it ends.
public struct FolderLock: ~Copyable {
    private let descriptor: CInt

    /// Takes the right; nil when another program has it.
    ///
    /// - Throws: ``CatalogError`` when the folder can't be written.
    public init?(_ folder: DataFolder) throws(CatalogError) {
        let path = folder.path + "/lock"
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CatalogError(.failedPrecondition, "\(path): \(String(cString: strerror(errno)).lowercased()).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
