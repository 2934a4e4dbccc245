import AccessModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The folder in which a server keeps everything: databases, uploaded files, certificates.
public struct DataFolder: Sendable {
    /// Its path.
    public let path: String

    /// Makes the folder and what belongs in it where it isn't there, readable by its owner only.
    ///
    /// - Throws: ``CatalogError`` when the system refuses.
    public init(_ path: String) throws(CatalogError) {
        self.path = path
        for folder in [path, uploads, incoming, work] where mkdir(folder, 0o700) != 0 {
            let number = errno
            guard number == EEXIST else {
                throw CatalogError(
                    .failedPrecondition,
                    "\(folder): can't be made: \(String(cString: strerror(number)).lowercased()). Name another folder with --data-dir."
                )
            }
        }
    }

    /// The folder of a server that has run before; unlike another one it isn't made.
    ///
    /// - Throws: ``CatalogError`` when it holds no data.
    public init(used path: String, otherwise complaint: String = "holds no data of a server.") throws(CatalogError) {
        guard ["catalog", "lantern"].contains(where: { access("\(path)/\($0).sqlite", F_OK) == 0 }) else {
            throw CatalogError(.notFound, "\(path): \(complaint)")
        }
        try self.init(path)
    }

    /// The database of applications and what is in them.
    public var catalog: String { path + "/catalog.sqlite" }
    /// The database of the people who sign in, and of what they did.
    public var accounts: String { path + "/lantern.sqlite" }
    /// The key under which secrets in the databases are sealed.
    public var secretKey: String { path + "/secret.key" }
    /// Uploaded files, each under the SHA-256 of its bytes.
    public var uploads: String { path + "/uploads" }
    /// Files that are still arriving.
    public var incoming: String { path + "/incoming" }
    /// What imports in progress need; it may be emptied while none runs.
    public var work: String { path + "/work" }

    /// Where the file with this SHA-256 is kept.
    public func upload(_ sha256: String) -> String { "\(uploads)/\(sha256)" }

    /// Makes an empty file that only its owner can read, unless it is there already.
    func makePrivateFile(_ path: String) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Removes what interrupted imports and uploads left.
    func clean() {
        for folder in [incoming, work] {
            for name in Self.entries(folder) { Self.remove("\(folder)/\(name)") }
        }
    }

    /// Removes a file, or a folder with what is in it; links are not followed.
    private static func remove(_ path: String) {
        guard unlink(path) != 0 else { return }
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { return }
        for name in entries(path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    static func entries(_ folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
