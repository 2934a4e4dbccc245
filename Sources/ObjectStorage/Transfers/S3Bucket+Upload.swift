import AWSCalls
import AccessModel
import ConnectorHTTP
import Crypto
import Logging
import NIOCore

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

/// What must hold for an object to be written.
public enum WriteCondition: Sendable {
    /// Nothing: the last one who writes wins.
    case none
    /// It is still what it was.
    case unchanged(ObjectInfo)
    /// There is none yet.
    case absent
}

extension S3Bucket {
    private static let smallest: Int64 = 8 << 20
    private static let mostParts: Int64 = 10_000
    private static let atOnce = 4

    /// Writes a file as an object: at once when it is small, else in parts, several at a time.
    ///
    /// Each part goes with its checksum, so that what arrives damaged is refused. Whatever its size, only pieces of the file are in memory.
    /// - Parameters:
    ///   - descriptor: the file, open for reading; it stays as it is until this is over.
    ///   - condition: what must hold; a service that knows no conditions is asked without.
    ///   - progress: told how many bytes arrived.
    /// - Returns: what was written.
    /// - Throws: ``StorageError``, with the code `PreconditionFailed` when the condition doesn't hold; `CancellationError`.
    @discardableResult
    public func upload(
        _ descriptor: CInt, size: Int64, to key: String, if condition: WriteCondition = .none,
        progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> ObjectInfo {
        if size <= Self.smallest {
            let answer = try await put(FilePart(descriptor: descriptor, offset: 0, length: size), to: key, condition)
            progress(size, size)
            return info(key, answer.fields, size: size)
        }
        let (id, takesChecksums) = try await beginParts(of: key)
        do {
            let parts = try await sendParts(descriptor, size: size, of: key, id, progress)
            let etag = try await endParts(parts, of: key, id, condition, withChecksums: takesChecksums)
            return ObjectInfo(key: key, size: size, etag: etag, modified: nil, version: "", checksum: nil)
        } catch {
            await abandonParts(of: key, id)
            throw error
        }
    }

    /// Finds out whether an object may be written, without writing it.
    ///
    /// - Throws: ``StorageError`` when it may not.
    public func checkWriting(_ key: String) async throws {
        await abandonParts(of: key, try await beginParts(of: key).id)
    }

    // MARK: At once

    private func put(_ part: FilePart, to key: String, _ condition: WriteCondition) async throws -> WireAnswer {
        let hash = try await Self.hash(of: part)
        var call = Call(method: .put, key: key, hash: SignatureV4.hex(hash))
        call.part = part.length > 0 ? part : nil
        call.fields = ["Content-Type": "application/c1z", "x-amz-checksum-sha256": Data(hash).base64EncodedString()]
        return try await sendConditionally(call, condition)
    }

    private func sendConditionally(_ call: Call, _ condition: WriteCondition) async throws -> WireAnswer {
        var conditional = call
        switch condition {
        case .none: return try await send(call)
        case .unchanged(let info): conditional.fields["If-Match"] = info.etag
        case .absent: conditional.fields["If-None-Match"] = "*"
        }
        do {
            return try await send(conditional)
        } catch let error as StorageError where ["NotImplemented", "InvalidArgument"].contains(error.code) {
            return try await send(call)
        }
    }

    // MARK: In parts

    /// - Returns: the id of the upload, and whether the service knows checksums of parts.
    private func beginParts(of key: String) async throws -> (id: String, takesChecksums: Bool) {
        var call = Call(method: .post, key: key, query: [("uploads", "")])
        call.fields = ["Content-Type": "application/c1z", "x-amz-checksum-algorithm": "SHA256"]
        let answer = try await send(call)
        guard let id = XMLValues(answer.body)["UploadId"], !id.isEmpty else {
            throw StorageError(.failedPrecondition, "s3://\(name)/\(key): the service began no upload.")
        }
        return (id, answer.fields["x-amz-checksum-algorithm"] != nil)
    }

    private struct Part: Sendable {
        let number: Int
        let etag: String
        let checksum: String
        let length: Int64
    }

    private func sendParts(
        _ descriptor: CInt, size: Int64, of key: String, _ id: String,
        _ progress: @escaping @Sendable (Int64, Int64) -> Void
    ) async throws -> [Part] {
        let length = max(Self.smallest, (size + Self.mostParts - 1) / Self.mostParts)
        let count = Int((size + length - 1) / length)
        return try await withThrowingTaskGroup(of: Part.self) { group in
            var parts: [Part] = []
            var arrived: Int64 = 0
            func begin(_ number: Int) {
                let offset = Int64(number) * length
                let part = FilePart(descriptor: descriptor, offset: offset, length: min(length, size - offset))
                group.addTask { try await send(part, number: number + 1, of: key, id) }
            }
            for number in 0..<min(count, Self.atOnce) { begin(number) }
            while let part = try await group.next() {
                parts.append(part)
                arrived += part.length
                progress(arrived, size)
                let next = parts.count + Self.atOnce - 1
                if next < count { begin(next) }
            }
            return parts.sorted { $0.number < $1.number }
        }
    }

    private func send(_ part: FilePart, number: Int, of key: String, _ id: String) async throws -> Part {
        let hash = try await Self.hash(of: part)
        let checksum = Data(hash).base64EncodedString()
        var call = Call(
            method: .put, key: key, query: [("partNumber", String(number)), ("uploadId", id)],
            hash: SignatureV4.hex(hash))
        call.part = part
        call.fields = ["Content-Type": "application/octet-stream", "x-amz-checksum-sha256": checksum]
        call.seconds = 3600
        let answer = try await send(call)
        return Part(number: number, etag: answer.fields["ETag"] ?? "", checksum: checksum, length: part.length)
    }

    private func endParts(
        _ parts: [Part], of key: String, _ id: String, _ condition: WriteCondition, withChecksums: Bool
    ) async throws -> String {
        let list = parts.map { part in
            // A service that doesn't know the element takes the list for damaged.
            let checksum = withChecksums ? "<ChecksumSHA256>\(part.checksum)</ChecksumSHA256>" : ""
            return """
                <Part>\(checksum)<ETag>\(part.etag.escapedForXML)</ETag><PartNumber>\(part.number)</PartNumber></Part>
                """
        }
        let text =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())</CompleteMultipartUpload>"
        var call = Call(method: .post, key: key, query: [("uploadId", id)])
        call.body = Data(text.utf8)
        call.hash = SignatureV4.hex(SHA256.hash(data: call.body))
        call.fields = ["Content-Type": "application/xml"]
        let answer = try await sendConditionally(call, condition)
        let xml = XMLValues(answer.body)
        // The answer begins before the service is done, so an error may come with a status of success.
        guard xml.root != "Error" else { throw error(ServiceFailure(answer, xml), call) }
        return xml["ETag"] ?? ""
    }

    /// Gives parts back that nothing became of; when that fails, a rule of the bucket has to clear them away.
    private func abandonParts(of key: String, _ id: String) async {
        let call = Call(method: .delete, key: key, query: [("uploadId", id)], acceptedStatuses: [404], seconds: 30)
        // Also when whoever waits for the upload doesn't any more.
        let task = Task.detached { [self] in
            do { _ = try await send(call) } catch {
                environment.log.warning(
                    "parts of an upload are left in the bucket",
                    metadata: ["object": "s3://\(name)/\(key)", "because": "\(error)"])
            }
        }
        await task.value
    }

    private static func hash(of part: FilePart) async throws -> SHA256.Digest {
        var hash = SHA256()
        for try await piece in part { piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) } }
        return hash.finalize()
    }
}

extension String {
    fileprivate var escapedForXML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
