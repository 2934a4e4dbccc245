import AccessModel
import Crypto

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file on its way in: written piece by piece, and kept under the hash of its bytes once it is whole.
///
/// What is not finished leaves nothing behind.
public struct Upload: ~Copyable {
    private let folder: DataFolder
    private let path: String
    private let limit: Int64
    private var descriptor: Int32
    private var size: Int64 = 0
    private var hash = SHA256()
    private var isKept = false

    /// Begins one.
    ///
    /// - Parameter limit: most bytes that are taken.
    /// - Throws: ``CatalogError`` when the folder can't be written to.
    public init(into folder: DataFolder, limit: Int64 = 5 << 30) throws(CatalogError) {
        self.folder = folder
        self.limit = limit
        path = "\(folder.incoming)/\(KSUID(at: SQLiteCatalog.systemTime()))"
        descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(folder.incoming) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isKept { unlink(path) }
    }

    /// Takes the next bytes.
    ///
    /// - Throws: ``CatalogError`` when there is no room, or it becomes larger than its limit.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(CatalogError) {
        size += Int64(bytes.count)
        guard size <= limit else {
            throw CatalogError(
                .outOfRange,
                "the file is larger than \(limit >> 20) MiB, the most that is taken. Raise --upload-limit-mib, or import it on the server with lantern import."
            )
        }
        hash.update(bufferPointer: bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure(path) }
            rest = rest.dropFirst(written)
        }
    }

    /// Keeps the file, durably, and forgets it was an upload.
    ///
    /// - Parameter name: what it is called where it came from.
    public consuming func finish(named name: String) throws(CatalogError) -> ReceivedFile {
        let file = ReceivedFile(name: name, size: size, sha256: Self.text(of: hash.finalize()))
        try Self.keep(descriptor, at: path, as: file, in: folder)
        isKept = true
        return file
    }

    /// Keeps a file that was written elsewhere on the disk of the data folder; it has no other name afterwards.
    ///
    /// - Parameters:
    ///   - descriptor: the file, open for reading.
    ///   - path: its name so far.
    /// - Throws: ``CatalogError`` when it can't be read or kept; then it still has its name.
    public static func keeping(
        _ descriptor: CInt, at path: String, named name: String, in folder: DataFolder
    ) throws(CatalogError) -> ReceivedFile {
        var hash = SHA256()
        var size: Int64 = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(size))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { break }
            hash.update(data: chunk[..<count])
            size += Int64(count)
        }
        let file = ReceivedFile(name: name, size: size, sha256: text(of: hash.finalize()))
        try keep(descriptor, at: path, as: file, in: folder)
        return file
    }

    private static func keep(
        _ descriptor: CInt, at path: String, as file: ReceivedFile, in folder: DataFolder
    ) throws(CatalogError) {
        guard fsync(descriptor) == 0, rename(path, folder.upload(file.sha256)) == 0 else { throw failure(path) }
        let uploads = open(folder.uploads, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if uploads >= 0 {
            fsync(uploads)
            close(uploads)
        }
    }

    private static func text(of hash: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Keeps a copy of a file that is on this machine.
    public static func copying(_ path: String, into folder: DataFolder) throws -> ReceivedFile {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw failure(path) }
        defer { close(source) }
        var upload = try Upload(into: folder, limit: .max)
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(source, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { break }
            try chunk.withUnsafeBytes { try upload.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        return try upload.finish(
            named: path.split(separator: "/").last.map(String.init) ?? path)
    }

    private static func failure(_ path: String) -> CatalogError {
        let number = errno
        return CatalogError(
            number == ENOENT ? .notFound : number == ENOSPC ? .resourceExhausted : .failedPrecondition,
            "\(path): \(String(cString: strerror(number)).lowercased()).")
    }
}
