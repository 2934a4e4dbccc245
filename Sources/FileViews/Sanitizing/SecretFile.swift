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

    /// Writes a secret into a new file that only its owner may read.
    func write(_ secret: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OutputError(path, errno) }
        let output = Output(to: descriptor, named: path)
        defer { close(descriptor) }
        do {
            output.raw(secret)
            try output.flush()
            guard fsync(descriptor) == 0 else { throw OutputError(path, errno) }
        } catch {
            remove()
            throw error
        }
    }

    /// Takes a secret that was written for nothing away.
    func remove() {
        unlink(path)
    }
}
