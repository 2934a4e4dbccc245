import AccessModel
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Seals the secrets that the server needs again, so that the database alone gives none away (AES-256-GCM).
///
/// The key is a file of the data folder, made when it is first needed, which only the server's user can read.
public struct SecretBox: Sendable {
    private let key: SymmetricKey

    /// Opens the key of a data folder, or makes it.
    ///
    /// - Parameter makingKey: whether one is made when there is none.
    /// - Throws: ``CatalogError`` when the file can't be read or isn't a key.
    public init(in folder: DataFolder, makingKey: Bool = true) throws(CatalogError) {
        let path = folder.secretKey
        // A new one gets its name when it is whole, and never takes the place of another.
        if makingKey, access(path, F_OK) != 0, errno == ENOENT {
            try Self.store(SymmetricKey(size: .bits256), at: path)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw Self.failure(path) }
            throw CatalogError(
                .dataLoss,
                "\(path): is gone. Restore it from a backup, or enter the secrets of external data sources again.")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.size + 1)
        guard read(descriptor, &bytes, bytes.count) == Self.size else {
            throw CatalogError(
                .dataLoss, "\(path): isn't a key of \(Self.size) bytes. Restore it from a backup.")
        }
        key = SymmetricKey(data: bytes.prefix(Self.size))
    }

    private static let size = 32

    /// Writes the key into another data folder, in place of none.
    func keep(in folder: DataFolder) throws(CatalogError) { try Self.store(key, at: folder.secretKey) }

    private static func store(_ key: SymmetricKey, at path: String) throws(CatalogError) {
        let draft = "\(path).\(KSUID(at: SQLiteCatalog.systemTime()))"
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let isWritten = key.withUnsafeBytes { write(descriptor, $0.baseAddress, size) == size }
        guard isWritten, fsync(descriptor) == 0 else { throw failure(path) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure(path) }
        let folder = open(
            String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Seals a secret.
    ///
    /// - Parameter owner: the id of what it belongs to, without which it can't be opened.
    public func seal(_ secret: String, of owner: String) throws -> [UInt8] {
        let sealed = try AES.GCM.seal(Array(secret.utf8), using: key, authenticating: Array(owner.utf8))
        // Nonce, ciphertext and tag; a nonce of twelve bytes makes that one.
        return Array(sealed.combined ?? Data())
    }

    /// Opens what was sealed for the same owner.
    ///
    /// - Throws: ``CatalogError`` when it was sealed with another key, for somebody else, or was changed.
    public func unseal(_ sealed: [UInt8], of owner: String) throws(CatalogError) -> String {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            let opened = try AES.GCM.open(box, using: key, authenticating: Array(owner.utf8))
            return String(decoding: opened, as: UTF8.self)
        } catch {
            throw CatalogError(
                .dataLoss,
                "\(owner): its secret was sealed with another key than secret.key of the data folder. Enter it again, or restore the key."
            )
        }
    }

    private static func failure(_ path: String) -> CatalogError {
        CatalogError(.failedPrecondition, "\(path): \(String(cString: strerror(errno)).lowercased()).")
    }
}
