import AWSCalls
import AccessModel
public import Logging

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

/// A c1z file that is kept in a bucket, and worked on in a copy on this machine (c1z-v1.md §14).
public struct RemoteFile: Sendable {
    /// Where it is kept.
    public let address: S3Address
    /// Where its copy is.
    public let path: String
    private let folder: String
    private let bucket: S3Bucket
    private let environment: [String: String]
    private let log: Logger
    private var fetched: ObjectInfo?

    /// Most bytes of an object that is fetched, unless `BATON_S3_MAX_FILESIZE_MB` says otherwise.
    private static let usualLimit: Int64 = 256 << 20

    /// A file in a bucket, of which nothing is asked yet.
    ///
    /// - Parameters:
    ///   - text: its address, `s3://bucket/key`.
    ///   - temporaryFolder: where its copy goes; nil for where the system puts temporary files.
    /// - Throws: ``StorageError`` for an address or setting that can't be gone by.
    public init(_ text: String, copyIn temporaryFolder: String?, environment: [String: String], log: Logger) throws {
        address = try S3Address(text)
        var settings = S3Settings(address)
        settings.environment = environment
        settings.log = log
        bucket = try S3Bucket(settings)
        self.environment = environment
        self.log = log
        let place = temporaryFolder ?? environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        // In a folder of its own, which nobody else can look into whatever the file's own permissions are.
        folder = "\(place)/sync-\(UUID().uuidString.lowercased())"
        path = folder + "/sync.c1z"
    }

    /// Fetches the object into the copy.
    ///
    /// - Parameter isWritten: whether it will be stored again: then it is found out first whether that is allowed, and none may be there.
    /// - Throws: ``StorageError``; then there is no copy.
    public mutating func fetch(toBeWritten isWritten: Bool) async throws {
        try await bucket.locate()
        if isWritten { try await bucket.checkWriting(address.key) }
        guard mkdir(folder, 0o700) == 0 else { throw Self.failure(folder) }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        do {
            fetched = try await bucket.download(address.key, into: descriptor, limit: limit)
        } catch {
            discard()
            throw error
        }
        guard fetched == nil else { return }
        unlink(path)
        guard isWritten else {
            discard()
            throw StorageError(.notFound, "\(address): there is no such object. \(try await nearKeys())")
        }
        log.info("c1z was not found in s3 -- creating empty c1z", metadata: ["file_path": "\(address.key)"])
    }

    private var limit: Int64? {
        guard let text = environment["BATON_S3_MAX_FILESIZE_MB"], let megabytes = Int64(text) else {
            return Self.usualLimit
        }
        return megabytes > 0 ? megabytes << 20 : nil
    }

    /// What else there is, for who may have mistyped.
    private func nearKeys() async throws -> String {
        guard let page = try? await bucket.list(limit: 1000) else { return "" }
        let keys = page.objects.map(\.key).filter { $0.hasSuffix(".c1z") }.prefix(10)
        return keys.isEmpty ? "" : "The bucket has \(keys.joined(separator: ", "))."
    }

    /// Stores the copy as the object, and removes it; a copy that can't be stored is kept.
    ///
    /// - Throws: ``StorageError`` that says where the copy is and how to try again.
    public func store() async throws {
        let condition: WriteCondition = fetched.map { .unchanged($0) } ?? .absent
        do {
            let written = try await Self.upload(path, to: address.key, in: bucket, if: condition)
            log.info(
                "uploaded file to s3",
                metadata: [
                    "etag": "\(written.etag)", "bucket": "\(bucket.name)", "file_path": "\(address.key)",
                    "size": "\(written.size)",
                ])
        } catch let error as StorageError {
            throw StorageError(
                error.statusCode,
                "\(error.description) The file is kept at \(path); store it with: baton upload \(path) '\(address)'",
                code: error.code)
        }
        discard()
    }

    /// Removes the copy.
    public func discard() {
        unlink(path)
        rmdir(folder)
    }

    private static func failure(_ path: String) -> StorageError {
        StorageError(.failedPrecondition, "\(path): \(String(cString: strerror(errno)).lowercased()).")
    }

    /// Stores a file as an object, whatever is there.
    ///
    /// - Throws: ``StorageError`` when it can't be read or stored.
    public static func upload(
        _ path: String, to text: String, environment: [String: String], log: Logger
    ) async throws {
        let address = try S3Address(text)
        var settings = S3Settings(address)
        settings.environment = environment
        settings.log = log
        let bucket = try S3Bucket(settings)
        try await bucket.locate()
        _ = try await upload(path, to: address.key, in: bucket, if: .none)
    }

    private static func upload(
        _ path: String, to key: String, in bucket: S3Bucket, if condition: WriteCondition
    ) async throws -> ObjectInfo {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageError(.notFound, "\(path): \(String(cString: strerror(errno)).lowercased()).")
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw StorageError(.invalidArgument, "\(path): is no file.")
        }
        return try await bucket.upload(descriptor, size: Int64(facts.st_size), to: key, if: condition)
    }
}
