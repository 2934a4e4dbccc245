import AccessModel
import LanternCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is being fetched; gone unless it is kept.
final class Arrival: Sendable {
    private let folder: DataFolder
    private let path: String
    /// The file, open for reading and writing.
    let descriptor: CInt

    /// Begins one among what is still arriving, from where a crash lets it be cleared away.
    init(in folder: DataFolder) throws(CatalogError) {
        self.folder = folder
        path = "\(folder.incoming)/\(KSUID(at: SQLiteCatalog.systemTime()))"
        descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(folder.incoming) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Takes the bytes of another file.
    func copy(from source: CInt, count: Int64) async throws {
        try await Blocking.perform { [self] in
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            var place: Int64 = 0
            while place < count {
                let taken = pread(source, &chunk, Int(min(Int64(chunk.count), count - place)), off_t(place))
                if taken < 0, errno == EINTR { continue }
                guard taken >= 0 else { throw Self.failure(path) }
                // Shorter than it was: whoever asked compares.
                guard taken > 0 else { return }
                var rest = chunk[..<taken]
                while !rest.isEmpty {
                    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                    if written < 0, errno == EINTR { continue }
                    guard written > 0 else { throw Self.failure(path) }
                    rest = rest.dropFirst(written)
                }
                place += Int64(taken)
            }
        }
    }

    /// Keeps the file, durably, under the hash of its bytes.
    func keep(named name: String) async throws -> ReceivedFile {
        try await Blocking.perform { [self] in try Upload.keeping(descriptor, at: path, named: name, in: folder) }
    }

    private static func failure(_ path: String) -> CatalogError {
        let number = errno
        return CatalogError(
            number == ENOSPC ? .resourceExhausted : .failedPrecondition,
            "\(path): \(String(cString: strerror(number)).lowercased()).")
    }
}
