import AWSCalls
import AccessModel
import ConnectorHTTP
import Crypto
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension S3Bucket {
    private static let downloadAttempts = 20

    /// Writes an object into an open file, from its beginning on.
    ///
    /// A connection that breaks off is taken up again where it was; an object that changes meanwhile is read anew. The content is
    /// checked against its length, and against its checksum where the service keeps one.
    ///
    /// - Parameters:
    ///   - descriptor: a file that is open for writing; it is empty when this fails for good.
    ///   - limit: the most bytes that are taken; nil for any number.
    ///   - progress: told how many bytes are there, now and then.
    /// - Returns: what was read; nil when there is no such object.
    /// - Throws: ``StorageError``, `CancellationError`.
    public func download(
        _ key: String, into descriptor: CInt, limit: Int64? = nil,
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> ObjectInfo? {
        var attempt = 0
        while true {
            guard let info = try await info(key) else { return nil }
            if let limit, info.size > limit {
                throw StorageError(
                    .outOfRange,
                    "s3://\(name)/\(key): file is too large. Max size allowed is \(limit) bytes; it has \(info.size).")
            }
            let file = ReceivedFile(descriptor, size: info.size, progress: progress)
            while true {
                try Task.checkCancellation()
                do {
                    try await file.begin()
                    try await get(info, into: file)
                    guard await file.isWhole(checksum: info.checksum) else {
                        throw StorageError(
                            .dataLoss, "s3://\(name)/\(key): arrived damaged: its checksum is another one.")
                    }
                    return info
                } catch let error as StorageError {
                    // It was written anew meanwhile.
                    if error.code == "PreconditionFailed" { break }
                    let isPassing = [.unavailable, .deadlineExceeded, .dataLoss].contains(error.statusCode)
                    guard isPassing, attempt < Self.downloadAttempts else { throw error }
                    if error.statusCode == .dataLoss { await file.forget() }
                    attempt += 1
                    environment.log.debug("going on with a download", metadata: ["because": "\(error.description)"])
                    try await environment.clock.sleep(for: Backoff.wait(after: min(attempt, 5)))
                }
            }
            attempt += 1
            guard attempt < Self.downloadAttempts else {
                throw StorageError(
                    .aborted, "s3://\(name)/\(key): changes faster than it can be read. Try again later.")
            }
        }
    }

    /// Reads what is missing of an object.
    private func get(_ info: ObjectInfo, into file: ReceivedFile) async throws {
        let begin = await file.count
        guard begin < info.size else { return }
        var call = Call(
            method: .get, key: info.key, sink: .caller { try await file.take($0) }, isRepeatable: false,
            seconds: 6 * 3600)
        if !info.etag.isEmpty { call.fields["If-Match"] = info.etag }
        if begin > 0 { call.fields["Range"] = "bytes=\(begin)-" }
        let answer = try await send(call)
        // A service that doesn't know ranges sends all of it again.
        if begin > 0, answer.status == 200 { await file.forget() }
        guard await file.count == info.size else {
            throw StorageError(
                .unavailable, "s3://\(name)/\(info.key): ended after \(await file.count) of \(info.size) bytes.")
        }
    }
}

/// A file that is being received, and its hash so far.
private actor ReceivedFile {
    private let descriptor: CInt
    private let size: Int64
    private let progress: @Sendable (Int64, Int64) -> Void
    private var hash = SHA256()
    private(set) var count: Int64 = 0

    init(_ descriptor: CInt, size: Int64, progress: @escaping @Sendable (Int64, Int64) -> Void) {
        self.descriptor = descriptor
        self.size = size
        self.progress = progress
    }

    /// What is beyond what is counted doesn't count.
    func begin() throws {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.failure() }
    }

    func take(_ data: Data) throws {
        var place = off_t(count)
        try data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = pwrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, place)
                guard written > 0 else {
                    if errno == EINTR { continue }
                    throw Self.failure()
                }
                rest = rest.dropFirst(written)
                place += off_t(written)
            }
        }
        hash.update(data: data)
        count += Int64(data.count)
        progress(count, size)
    }

    /// Begins anew.
    func forget() {
        count = 0
        hash = SHA256()
    }

    func isWhole(checksum: String?) -> Bool {
        guard count == size, let checksum else { return count == size }
        return Data(hash.finalize()).base64EncodedString() == checksum
    }

    private static func failure() -> StorageError {
        StorageError(.resourceExhausted, "the download can't be written: \(String(cString: strerror(errno))).")
    }
}
