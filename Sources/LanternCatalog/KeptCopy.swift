import AccessModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension DataFolder {
    /// Copies the uploaded files with these hashes into another data folder, and certificates, where they aren't there yet.
    ///
    /// - Returns: the hashes of files that are gone.
    /// - Throws: ``CatalogError`` when one can't be copied.
    public func copyFiles(_ hashes: Set<String>, to other: DataFolder) throws -> [String] {
        var missing: [String] = []
        for hash in hashes.sorted() {
            let (from, to) = (upload(hash), other.upload(hash))
            guard access(to, F_OK) != 0 else { continue }
            guard access(from, R_OK) == 0 else {
                missing.append(hash)
                continue
            }
            // On the same disk a second name is enough: uploads never change.
            if link(from, to) == 0 { continue }
            _ = try Upload.copying(from, into: other)
        }
        return missing
    }

    /// Copies the key under which secrets are sealed, if there is one.
    public func copySecretKey(to other: DataFolder) throws(CatalogError) {
        if access(secretKey, F_OK) != 0, errno == ENOENT { return }
        try SecretBox(in: self).keep(in: other)
    }

    /// The hashes whose files are gone.
    public func missingFiles(_ hashes: Set<String>) -> [String] {
        hashes.sorted().filter { access(upload($0), R_OK) != 0 }
    }

    /// Whether a database is in it.
    public var isUsed: Bool { access(catalog, F_OK) == 0 || access(accounts, F_OK) == 0 }
}
