import C1Z

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The file with the key of a sanitization.
struct SecretFile {
    /// How many bytes a secret has at least.
    static let size = 32

    let path: String

    /// A fresh secret.
    static func fresh() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Whether there is something of that name.
    var exists: Bool {
        var state = stat()
        return lstat(path, &state) == 0
    }

    /// The secret in it.
    func read() throws -> [UInt8] {
        guard let file = fopen(path, "re") else { throw OutputError("-secret-file \(path)", errno) }
        defer { fclose(file) }
        var secret: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            secret += buffer[..<count]
        }
        guard ferror(file) == 0 else { throw OutputError("-secret-file \(path)", errno) }
        guard secret.count >= Self.size else {
            throw OutputError(
                "-secret-file \"\(path)\"", "is too short: got \(secret.count) bytes, want at least \(Self.size)")
        }
        return secret
    }

    /// Writes a secret that only its owner may read, and that isn't there before it is put in its place.
    func prepare(_ secret: [UInt8]) throws -> PreparedSecret {
        try PreparedSecret(secret, for: path)
    }
}

/// A secret that is on the disk and only lacks its name.
final class PreparedSecret {
    private let path: String
    private let descriptor: Int32
    /// What it is called until then, where the system has no files without a name.
    private let temporary: String?

    fileprivate init(_ secret: [UInt8], for path: String) throws {
        self.path = path
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        if let unnamed = UnnamedFile.open(in: folder, permissions: 0o600) {
            descriptor = unnamed
            temporary = nil
        } else {
            let name = "\(folder).baton-\(UInt64.random(in: 0...UInt64.max)).tmp"
            descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            temporary = name
            guard descriptor >= 0 else { throw OutputError(path, errno) }
        }
        let output = Output(to: descriptor, named: path)
        output.raw(secret)
        try output.flush()
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw OutputError(path, errno) }
    }

    deinit {
        close(descriptor)
        if let temporary { unlink(temporary) }
    }

    /// Puts it in its place, in one step, unless something is there.
    func put() throws {
        guard let temporary else {
            guard UnnamedFile.name(descriptor, path) else { throw OutputError(path, errno) }
            return
        }
        guard link(temporary, path) != 0 else { return }
        // Not every file system has links; there the check before has to do.
        guard errno != EEXIST, rename(temporary, path) == 0 else { throw OutputError(path, errno) }
    }
}
