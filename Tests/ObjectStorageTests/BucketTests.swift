import AccessModel
import ConnectorHTTP
import Foundation
import PythonServices
import Testing

@testable import AWSCalls
@testable import ObjectStorage

@Suite(.enabled(if: BucketService.isThere, BucketService.absence), .serialized)
struct `a bucket` {
    private let service: BucketService
    private let bucket: S3Bucket

    init() async throws {
        service = try BucketService()
        bucket = try service.bucket()
    }

    private func download(_ key: String, from bucket: S3Bucket? = nil) async throws -> Data? {
        let file = try TestFile(size: 0)
        guard try await (bucket ?? self.bucket).download(key, into: file.descriptor) != nil else { return nil }
        return file.content
    }

    @Test(arguments: [0, 5, 8 << 20, (8 << 20) + 1, 40 << 20])
    func `takes files of any size and gives them back`(size: Int) async throws {
        let file = try TestFile(size: size)
        let written = try await bucket.upload(file.descriptor, size: file.size, to: "sync.c1z")
        let info = try #require(try await bucket.info("sync.c1z"))
        #expect(info.size == file.size && info.etag == written.etag)
        #expect(try await download("sync.c1z") == file.content)
        let seen = try service.fault()
        #expect(seen.signed == seen.requests.count && seen.anonymous == 0)
    }

    @Test(arguments: ["with space & sign+plus", "a//b/../c", "ünï/çødé", "100%/~'()*!", "q?x=1#y"])
    func `knows objects by any key`(key: String) async throws {
        let file = try TestFile(size: 100)
        try await bucket.upload(file.descriptor, size: file.size, to: key)
        #expect(try await download(key) == file.content)
        #expect(try await bucket.list(prefix: String(key.prefix(1))).objects.map(\.key) == [key])
        try await bucket.remove(key)
        try await bucket.remove(key)
        #expect(try await bucket.info(key) == nil)
    }

    @Test func `lists in pages`() async throws {
        let file = try TestFile(size: 1)
        for number in 0..<5 { try await bucket.upload(file.descriptor, size: 1, to: "k\(number)") }
        let first = try await bucket.list(limit: 3)
        #expect(first.objects.map(\.key) == ["k0", "k1", "k2"])
        let second = try await bucket.list(limit: 3, after: first.next)
        #expect(second.objects.map(\.key) == ["k3", "k4"] && second.next == nil)
        #expect(second.objects.allSatisfy { $0.size == 1 && $0.modified != nil && !$0.etag.isEmpty })
    }

    @Test func `says what is wrong`() async throws {
        func text(_ changed: [String: String?] = [:], _ act: (S3Bucket) async throws -> Void) async throws -> String {
            do {
                try await act(try service.bucket(changed))
                return ""
            } catch let error as StorageError { return error.description }
        }
        var settings = service.settings()
        settings.bucket = "missing-bucket"
        await #expect(throws: StorageError.self) { try await S3Bucket(settings).info("x") }
        #expect(try await bucket.info("nothing") == nil)
        #expect(
            try await text(["AWS_ACCESS_KEY_ID": "AKIAWRONG"]) { _ = try await $0.list() }.contains(
                "Check the access key"))
        let wrong = try await text(["AWS_SECRET_ACCESS_KEY": "wr0ng"]) { _ = try await $0.list() }
        #expect(wrong.contains("SignatureDoesNotMatch") && !wrong.contains("wr0ng"))
        let reader: [String: String?] = ["AWS_ACCESS_KEY_ID": "AKIAREADER", "AWS_SECRET_ACCESS_KEY": "reader"]
        #expect(try await text(reader) { try await $0.checkWriting("x") }.contains("allow s3:PutObject"))
        let none = try await text(["AWS_ACCESS_KEY_ID": nil, "AWS_SECRET_ACCESS_KEY": nil]) { _ = try await $0.list() }
        #expect(none.contains("no AWS credentials"))
        #expect(
            try await text(["AWS_ENDPOINT_URL": "http://127.0.0.1:9"]) { _ = try await $0.list() }.contains("refused"))
    }

    @Test func `is checked for writing without leaving anything`() async throws {
        try await bucket.checkWriting("new.c1z")
        #expect(try await bucket.list().objects.isEmpty)
        let seen = try service.fault()
        #expect(seen.requests.contains { $0.hasPrefix("DELETE /bucket/new.c1z?uploadId=") })
    }

    @Test func `may be one that anybody reads`() async throws {
        let file = try TestFile(size: 10)
        try await bucket.upload(file.descriptor, size: 10, to: "open")
        _ = try await bucket.send(
            S3Bucket.Call(method: .put, key: "open", query: [("acl", "")], fields: ["x-amz-acl": "public-read"]))
        var settings = service.settings(["AWS_ACCESS_KEY_ID": nil, "AWS_SECRET_ACCESS_KEY": nil])
        settings.access = .anonymous
        try service.fault()
        #expect(try await download("open", from: try S3Bucket(settings)) == file.content)
        let seen = try service.fault()
        #expect(seen.signed == 0 && seen.anonymous == seen.requests.count)
    }

    // MARK: Faults

    @Test func `is asked again when it is busy`() async throws {
        try service.fault(["throttle": 5])
        let file = try TestFile(size: 20 << 20)
        try await bucket.upload(file.descriptor, size: file.size, to: "x")
        try service.fault(["throttle": 3])
        #expect(try await download("x") == file.content)
        try service.fault(["throttle": 100])
        await #expect(throws: StorageError.self) { try await bucket.list() }
    }

    @Test(arguments: [
        (
            "AccessDenied", "User: x is not authorized to perform: kms:Decrypt on resource: y",
            "has to allow kms:Decrypt."
        ),
        ("AccessDenied", "Access Denied", "has to allow s3:ListBucket."),
        ("InvalidObjectState", "The operation is not valid for the object's storage class", "Restore it"),
    ]) func `says what is missing`(code: String, message: String, cure: String) async throws {
        try service.fault(["refusal": [code, message]])
        let error = await #expect(throws: StorageError.self) { try await service.bucket().list() }
        #expect(error?.description.contains(cure) == true, "\(error?.description ?? "")")
    }

    @Test func `is asked at the address that its host has been looked up at`() async throws {
        var settings = service.settings()
        settings.endpoint = "http://localhost.invalid:\(service.port)"
        settings.addresses = ["localhost.invalid": "127.0.0.1"]
        #expect(try await S3Bucket(settings).list().objects.isEmpty)
    }

    @Test func `is asked where it was set to be, wherever an answer leads`() async throws {
        try service.fault(["moved": "eu-west-1"])
        let file = try TestFile(size: 1000)
        let bucket = try service.bucket()
        try await bucket.upload(file.descriptor, size: file.size, to: "x")
        #expect(bucket.region == "eu-west-1")
        #expect(try await service.bucket().info("x")?.size == 1000)
        #expect(try await service.bucket().list().objects.contains { $0.key == "x" })
    }

    @Test func `is asked with its own time, in its own region`() async throws {
        try service.fault(["skew": 7200, "region": "eu-central-1"])
        let file = try TestFile(size: 100)
        try await bucket.upload(file.descriptor, size: file.size, to: "x")
        #expect(try await download("x") == file.content)
        #expect(bucket.region == "eu-central-1")
        // The first question may be one whose answer has no body.
        let other = try service.bucket()
        #expect(try await other.info("x")?.size == 100)
        #expect(other.region == "eu-central-1")
    }

    @Test func `is read whole over connections that break off`() async throws {
        let file = try TestFile(size: 24 << 20)
        try await bucket.upload(file.descriptor, size: file.size, to: "x")
        let cut = try service.bucket(["AWS_ENDPOINT_URL": "http://127.0.0.1:\(service.cutPort)"])
        for _ in 0..<4 {
            try service.fault(["cuts": 15, "cut_within": 12 << 20, "reads": true])
            #expect(try await download("x", from: cut) == file.content)
            #expect(try service.fault().requests.count > 4)
        }
    }

    @Test func `is written whole over connections that break off`() async throws {
        let file = try TestFile(size: 24 << 20, seed: 9)
        let cut = try service.bucket(["AWS_ENDPOINT_URL": "http://127.0.0.1:\(service.cutPort)"])
        for _ in 0..<10 {
            try service.fault(["cuts": 4, "cut_within": 10 << 20])
            try await cut.upload(file.descriptor, size: file.size, to: "y")
            try service.fault()
            #expect(try await download("y") == file.content)
        }
    }

    // MARK: Several writers

    @Test func `is not written over what somebody else wrote meanwhile`() async throws {
        let (mine, theirs) = (try TestFile(size: 100, seed: 1), try TestFile(size: 100, seed: 2))
        try await bucket.upload(mine.descriptor, size: 100, to: "x", if: .absent)
        await #expect(throws: StorageError.self) {
            try await bucket.upload(mine.descriptor, size: 100, to: "x", if: .absent)
        }
        let seen = try #require(try await bucket.info("x"))
        try await bucket.upload(theirs.descriptor, size: 100, to: "x", if: .unchanged(seen))
        do {
            try await bucket.upload(mine.descriptor, size: 100, to: "x", if: .unchanged(seen))
            Issue.record("the other one's content is lost")
        } catch let error as StorageError {
            #expect(error.code == "PreconditionFailed" && error.description.contains("Somebody else"))
        }
        #expect(try await download("x") == theirs.content)
        // A service that knows no conditions takes what comes.
        try service.fault(["unconditional": true])
        try await bucket.upload(mine.descriptor, size: 100, to: "x", if: .unchanged(seen))
        #expect(try await download("x") == mine.content)
    }

    @Test func `takes large files in little memory`() async throws {
        let file = try TestFile(size: 1 << 30)
        func peak() -> Int {
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss >> 10
        }
        let before = peak()
        try await bucket.upload(file.descriptor, size: file.size, to: "large")
        let copy = try TestFile(size: 0)
        _ = try await bucket.download("large", into: copy.descriptor)
        #expect(peak() - before < 64, "megabytes")
        #expect(FileManager.default.contentsEqual(atPath: file.url.path, andPath: copy.url.path))
    }
}
