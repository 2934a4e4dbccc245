import AccessModel
import ConnectorHTTP
import Foundation
import Logging
import PythonServices
import Testing

@testable import AWSCalls
@testable import ObjectStorage

/// OpenStack Swift in a process of its own, with one bucket called `bucket`: others wrote it than those who wrote moto, and it looks
/// closer at what it is sent.
final class SecondService: Sendable {
    private let service: PythonService
    private let port: Int

    static let isThere = PythonService.hasPackage("swift/common/middleware/s3api")
    static let absence = Comment(rawValue: PythonService.absence(of: "OpenStack Swift"))

    init() async throws {
        service = try PythonService("second-service.py", besides: #filePath)
        port = Int(service.greeting) ?? 0
        _ = try await bucket().send(S3Bucket.Call(method: .put))
    }

    /// Its bucket, or another one, as its only user asks for it.
    func bucket(
        _ name: String = "bucket", _ changed: [String: String] = [:], clock: any ClientClock = ImpatientClock()
    ) throws -> S3Bucket {
        var settings = S3Settings(bucket: name)
        settings.environment = [
            "AWS_ACCESS_KEY_ID": "test:tester", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "second-1",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "HOME": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true",
        ].merging(changed) { $1 }
        settings.clock = clock
        settings.log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try S3Bucket(settings)
    }
}

@Suite(.enabled(if: SecondService.isThere, SecondService.absence), .serialized)
struct `a bucket of another service` {
    private let service: SecondService
    private let bucket: S3Bucket

    init() async throws {
        service = try await SecondService()
        bucket = try service.bucket()
    }

    private func download(_ key: String) async throws -> Data? {
        let file = try TestFile(size: 0)
        guard try await bucket.download(key, into: file.descriptor) != nil else { return nil }
        return file.content
    }

    /// What an error says.
    private func complaint(_ act: () async throws -> Void) async throws -> StorageError? {
        do { try await act() } catch let error as StorageError { return error }
        return nil
    }

    /// The code of the error that answers a request.
    private func refusal(of call: S3Bucket.Call) async throws -> String? {
        try await complaint { _ = try await bucket.send(call) }?.code
    }

    @Test(arguments: [0, 5, 8 << 20, 20 << 20])
    func `takes files of any size and gives them back`(size: Int) async throws {
        let file = try TestFile(size: size)
        let written = try await bucket.upload(file.descriptor, size: file.size, to: "sync.c1z")
        let info = try #require(try await bucket.info("sync.c1z"))
        #expect(info.size == file.size && info.etag == written.etag && info.modified != nil)
        #expect(info.etag.contains("-") == (size > 8 << 20), "in parts or at once")
        #expect(try await bucket.list().objects.map(\.etag) == [info.etag])
        #expect(try await download("sync.c1z") == file.content)
    }

    @Test(arguments: [
        "with space & sign+plus", "a//b/../c", "ünï/çødé", "日本 語.c1z", "100%/~'()*!", "%41+%2B", "q?x=1#y",
    ])
    func `knows objects by any key`(key: String) async throws {
        let file = try TestFile(size: 100)
        try await bucket.upload(file.descriptor, size: file.size, to: key)
        #expect(try await download(key) == file.content)
        #expect(try await bucket.list(prefix: String(key.prefix(6))).objects.map(\.key) == [key])
        try await bucket.remove(key)
        try await bucket.remove(key)
        #expect(try await bucket.info(key) == nil)
        #expect(try await bucket.list().objects.isEmpty)
    }

    @Test func `lists in pages`() async throws {
        let file = try TestFile(size: 1)
        // Where a page ends is told by a key, encoded.
        let keys = ["k 0", "k%1", "k&2", "k+3", "kä4"]
        for key in keys + ["other"] { try await bucket.upload(file.descriptor, size: 1, to: key) }
        var found: [[String]] = []
        var next: String?
        repeat {
            let page = try await bucket.list(prefix: "k", limit: 2, after: next)
            #expect(page.objects.allSatisfy { $0.size == 1 && $0.modified != nil && !$0.etag.isEmpty })
            found.append(page.objects.map(\.key))
            next = page.next
        } while next != nil && found.count < 9
        #expect(found == [Array(keys[0..<2]), Array(keys[2..<4]), Array(keys[4...])])
    }

    @Test func `tells contents apart`() async throws {
        let (old, new) = (try TestFile(size: 100, seed: 1), try TestFile(size: 100, seed: 2))
        try await bucket.upload(old.descriptor, size: 100, to: "x")
        let seen = try #require(try await bucket.info("x"))
        #expect(try await bucket.info("x")?.isSame(as: seen) == true)
        try await bucket.upload(new.descriptor, size: 100, to: "x")
        #expect(try await bucket.info("x")?.isSame(as: seen) == false)
        #expect(try await download("x") == new.content)
    }

    @Test func `gives the rest of what was written in parts`() async throws {
        let file = try TestFile(size: 12 << 20)
        let written = try await bucket.upload(file.descriptor, size: file.size, to: "x")
        let begin = (8 << 20) - 7
        var call = S3Bucket.Call(method: .get, key: "x", fields: ["If-Match": written.etag])
        call.fields["Range"] = "bytes=\(begin)-"
        let answer = try await bucket.send(call)
        #expect(answer.status == 206 && answer.body == file.content.suffix(from: begin))
        call.fields["If-Match"] = "\"\(String(repeating: "0", count: 32))-2\""
        #expect(try await refusal(of: call) == "PreconditionFailed")
    }

    @Test func `says what is missing or wrong`() async throws {
        #expect(try await bucket.info("nothing") == nil)
        #expect(try await download("nothing") == nil)
        let missing = try service.bucket("missing-bucket")
        for act in [{ _ = try await missing.info("x") }, { _ = try await missing.list() }] {
            #expect(try await complaint(act)?.code == "NoSuchBucket")
        }
        let wrong = try service.bucket("bucket", ["AWS_SECRET_ACCESS_KEY": "wr0ng"])
        let unknown = try service.bucket("bucket", ["AWS_ACCESS_KEY_ID": "test:nobody"])
        for bucket in [wrong, unknown] {
            let error = try #require(try await complaint { _ = try await bucket.list() })
            #expect(error.code == "SignatureDoesNotMatch" && error.statusCode == .unauthenticated)
            #expect(error.description.contains("Check the access key") && !error.description.contains("wr0ng"))
        }
        #expect(try await complaint { try await wrong.checkWriting("x") }?.code == "SignatureDoesNotMatch")
        #expect(try await complaint { _ = try await wrong.info("x") }?.statusCode == .permissionDenied)
    }

    @Test func `refuses what arrives damaged`() async throws {
        var call = S3Bucket.Call(method: .put, key: "x", body: Data("abc".utf8))
        #expect(try await refusal(of: call) == "XAmzContentSHA256Mismatch")
        call.hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        call.fields["x-amz-checksum-sha256"] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        #expect(try await refusal(of: call) == "BadDigest")
        #expect(try await bucket.info("x") == nil)
    }

    @Test func `is checked for writing without leaving anything`() async throws {
        try await bucket.checkWriting("new.c1z")
        #expect(try await bucket.list().objects.isEmpty)
        let uploads = try await bucket.send(S3Bucket.Call(method: .get, query: [("uploads", "")]))
        let xml = XMLValues(uploads.body)
        #expect(xml.root == "ListMultipartUploadsResult" && xml.groups("Upload").isEmpty)
    }

    @Test func `is asked with its own time, in its own region`() async throws {
        #expect(try await bucket.locate() == "second-1")
        let far = try service.bucket("bucket", ["AWS_REGION": "us-east-1"], clock: ImpatientClock(behind: 7200))
        #expect(try await far.locate() == "second-1")
        #expect(far.region == "second-1")
        let file = try TestFile(size: 100)
        try await far.upload(file.descriptor, size: 100, to: "x")
        // The first question may be one whose answer has no body.
        let late = try service.bucket(clock: ImpatientClock(behind: 7200))
        #expect(try await late.info("x")?.size == 100)
    }

    @Test(arguments: [5, 12 << 20])
    func `is not written over what is there already`(size: Int) async throws {
        let (mine, theirs) = (try TestFile(size: size, seed: 1), try TestFile(size: size, seed: 2))
        try await bucket.upload(theirs.descriptor, size: theirs.size, to: "x", if: .absent)
        let error = try await complaint {
            try await bucket.upload(mine.descriptor, size: mine.size, to: "x", if: .absent)
        }
        #expect(error?.code == "PreconditionFailed" && error?.description.contains("Somebody else") == true)
        #expect(try await download("x") == theirs.content)
        // Other conditions it knows but for reading, so that it takes what comes.
        let seen = try #require(try await bucket.info("x"))
        try await bucket.upload(mine.descriptor, size: mine.size, to: "x", if: .unchanged(seen))
        #expect(try await download("x") == mine.content)
    }
}
