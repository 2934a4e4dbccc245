import Foundation
import PythonServices
import Testing

@testable import AWSCalls
@testable import ObjectStorage

/// The programs that people run, whose file is in a bucket.
@Suite(.enabled(if: BucketService.isThere, BucketService.absence), .serialized)
struct `a file in a bucket` {
    private let service: BucketService
    private let folder: ProgramFolder

    init() async throws {
        service = try BucketService()
        folder = try ProgramFolder()
    }

    /// Runs a program with the variables of the documented script.
    private func run(
        _ program: String, _ arguments: [String], _ changed: [String: String?] = [:]
    ) throws -> ProgramFolder.Outcome {
        try folder.run(program, arguments, service.environment.mapValues { $0 }.merging(changed) { $1 })
    }

    @Test func `is written by a connector, extended by the next run, and read`() throws {
        let file: [String: String?] = ["BATON_FILE": "s3://bucket/baton-sync.c1z"]
        for count in 1...2 {
            let sync = try run("baton-demo", ["--scale", "10,2,20"], file)
            #expect(sync.status == 0, "\(sync.errors)")
            let syncs = try run("baton", ["syncs", "-o", "json"], file)
            #expect(syncs.output.components(separatedBy: "\"id\"").count - 1 == count, "\(syncs.output)")
        }
        let stats = try run("baton", ["-f", "s3://bucket/baton-sync.c1z", "stats"])
        #expect(stats.status == 0 && stats.output.contains("user"), "\(stats.errors)")
        #expect(try run("baton", ["-f", "s3://bucket/baton-sync.c1z", "optimize"]).status == 0)
        #expect(folder.left.isEmpty, "\(folder.left)")
        let missing = try run("baton", ["-f", "s3://bucket/sync.c1z", "stats"])
        #expect(missing.status != 0)
        #expect(missing.errors.contains("The bucket has baton-sync.c1z."), "\(missing.errors)")
    }

    @Test func `is not begun when it couldn't be stored`() throws {
        let reader: [String: String?] = ["AWS_ACCESS_KEY_ID": "AKIAREADER", "AWS_SECRET_ACCESS_KEY": "reader"]
        let refused = try run("baton-demo", ["--scale", "10,2,20", "--file", "s3://bucket/x.c1z"], reader)
        #expect(refused.status != 0)
        #expect(refused.errors.contains("Its policy has to allow s3:PutObject"), "\(refused.errors)")
        let nowhere = try run("baton-demo", ["--scale", "10,2,20", "--file", "s3://no-such-bucket/x.c1z"])
        #expect(nowhere.status != 0 && nowhere.errors.contains("NoSuchBucket"), "\(nowhere.errors)")
        let unsigned = try run(
            "baton-demo", ["--scale", "10,2,20", "--file", "s3://bucket/x.c1z"], ["AWS_SECRET_ACCESS_KEY": nil])
        #expect(unsigned.status != 0 && unsigned.errors.contains("AWS_SECRET_ACCESS_KEY: isn't set"))
        let nameless = try run("baton-demo", ["--scale", "10,2,20", "--file", "s3://bucket"])
        #expect(nameless.status != 0 && nameless.errors.contains("names no object"))
        #expect(folder.left.isEmpty, "\(folder.left)")
    }

    @Test func `is kept when it can't be stored, and stored by hand`() async throws {
        let bucket = try service.bucket()
        let sync = try run("baton-demo", ["--scale", "10,2,20", "--file", "\(folder.url.path)/local.c1z"])
        #expect(sync.status == 0, "\(sync.errors)")
        let upload = try run("baton", ["upload", "\(folder.url.path)/local.c1z", "s3://bucket/a b.c1z"])
        #expect(upload.status == 0, "\(upload.errors)")
        #expect(try await bucket.info("a b.c1z") != nil)
        #expect(try run("baton", ["upload", "s3://bucket/x"]).status != 0)

        // Somebody else writes the object while the copy is worked on.
        var remote = try RemoteFile(
            "s3://bucket/a%20b.c1z", copyIn: folder.url.path, environment: service.environment,
            log: service.settings().log)
        try await remote.fetch(toBeWritten: true)
        let other = try TestFile(size: 10)
        try await bucket.upload(other.descriptor, size: 10, to: "a b.c1z")
        do {
            try await remote.store()
            Issue.record("the other one's object is lost")
        } catch let error as StorageError {
            #expect(error.description.contains("baton upload \(remote.path) 's3://bucket/a b.c1z'"))
        }
        #expect(FileManager.default.fileExists(atPath: remote.path))
        let place = URL(filePath: remote.path).deletingLastPathComponent().path
        #expect(try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions] as? Int == 0o700)
        #expect(try await bucket.info("a b.c1z")?.size == 10)
    }
}
