import AccessModel
import Foundation
import LanternCatalog
import Logging
import ObjectStorage
import PythonServices
import Testing

@testable import ExternalSources

@Suite(.enabled(if: BucketService.isThere, .init(rawValue: BucketService.absenceText)), .serialized)
struct `a bucket` {
    private let service: BucketService
    private let test: TestSources

    init() async throws {
        service = try BucketService()
        test = try await TestSources(service.environment)
    }

    private func put(_ data: Data, as key: String) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try data.write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        try await RemoteFile.upload(
            path.path, to: "s3://bucket/\(key)", environment: service.environment,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `is asked for the head of an object that is unchanged`() async throws {
        try await put(Made.sheet(accounts: 2), as: "folder/people.csv")
        let source = try await test.fetched("folder/people.csv", from: try await test.external())
        try await test.look()
        #expect(try await test.accounts == 2)
        test.clock.pass(3600)
        try service.fault()
        try await test.look()
        let seen = try service.fault()
        #expect(seen.requests == ["HEAD /bucket/folder/people.csv"])
        #expect(try await test.state(of: source).outcome == .unchanged)
        try await put(Made.sheet(accounts: 3), as: "folder/people.csv")
        test.clock.pass(3600)
        try await test.look()
        #expect(try await test.accounts == 3)
        // Written again with the same content: it is fetched, and found to say nothing new.
        try await Task.sleep(for: .seconds(1.1))
        try await put(Made.sheet(accounts: 3), as: "folder/people.csv")
        test.clock.pass(3600)
        try await test.look()
        let runs = try await test.catalog.importRuns(of: test.application, PageRequest()).rows
        #expect(runs.count == 3 && runs.first?.state == .done && runs.first?.revision == nil)
    }

    @Test func `lists the keys most like a wrong one`() async throws {
        for number in 0..<12 { try await put(Made.sheet(accounts: 1), as: "other-\(number).csv") }
        try await put(Made.sheet(accounts: 1), as: "baton-sync.csv")
        try await put(Data("x".utf8), as: "notes.txt")
        let source = try await test.fetched("sync.csv", from: try await test.external())
        try await test.look()
        let error = try await test.state(of: source).error
        #expect(error.hasPrefix("object not found: sync.csv. There are: baton-sync.csv, other-0.csv,"), "\(error)")
        #expect(!error.contains("notes.txt") && error.split(separator: ",").count == 10)
    }

    @Test func `lets a role in that names the external ID`() async throws {
        try await put(Made.sheet(accounts: 2), as: "people.csv")
        let external = try await test.external {
            $0.access = .role
            $0.roleARN = "arn:aws:iam::123456789012:role/LanternIntegration"
        }
        try service.fault(["external_id": external.externalID])
        let steps = await test.stores.test(external)
        #expect(steps.allSatisfy(\.isGood) && steps.count == 4, "\(steps)")
        _ = try await test.fetched("people.csv", from: external)
        try await test.look()
        #expect(try await test.accounts == 2)
        // Another external data source has another external ID.
        let other = try await test.external {
            $0.access = .role
            $0.roleARN = "arn:aws:iam::123456789012:role/LanternIntegration"
        }
        let refused = await test.stores.test(other)
        #expect(refused.map(\.isGood) == [true, false])
        #expect(refused.last?.name == "Take on the role")
        #expect(refused.last?.finding.contains("trust policy") == true, "\(refused)")
    }

    @Test func `is tested step by step`() async throws {
        let missing = await test.stores.test(try await test.external { $0.bucket = "other-bucket" })
        #expect(missing.map(\.isGood) == [true, true, false], "\(missing)")
        #expect(missing.last?.name == "Locate the bucket" && missing.last?.finding.contains("NoSuchBucket") == true)
        let wrong = try await test.external(secret: "wrong") {
            $0.access = .keys
            $0.accessKeyID = "AKIATEST"
        }
        let steps = await test.stores.test(wrong)
        #expect(
            steps.last?.isGood == false && steps.last?.finding.contains("SignatureDoesNotMatch") == true, "\(steps)")
        #expect(!"\(steps)".contains("wrong"))
        #expect(await test.stores.serverIdentity()?.hasPrefix("arn:aws:") == true)
    }

    @Test func `is asked with a key whose secret is sealed`() async throws {
        try await put(Made.sheet(accounts: 2), as: "people.csv")
        let secret = "secret/key+with=signs"
        let external = try await test.external(secret: secret) {
            $0.access = .keys
            $0.accessKeyID = "AKIATEST"
        }
        _ = try await test.fetched("people.csv", from: external)
        try await test.look()
        #expect(try await test.accounts == 2)
        for name in ["catalog.sqlite", "catalog.sqlite-wal"] {
            let bytes = try Data(contentsOf: URL(filePath: "\(test.catalog.folder.path)/\(name)"))
            #expect(bytes.range(of: Data(secret.utf8)) == nil)
        }
        let key = test.catalog.folder.secretKey
        let permissions = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        // A server that has not got the key, or another one, can't open it, and that is what people are told.
        try FileManager.default.removeItem(atPath: key)
        for problem in ["secret.key: is gone", "sealed with another key"] {
            let stores = ExternalStores(
                test.catalog.folder, environment: service.environment, allowsPrivateEndpoints: true, sourceFolder: nil,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let steps = await stores.test(external)
            #expect(steps.last?.finding.contains(problem) == true, "\(steps)")
            _ = try SecretBox(in: test.catalog.folder)
        }
    }

    @Test func `may not be on this machine unless that is allowed`() async throws {
        let test = try await TestSources(service.environment, allowsPrivateEndpoints: false)
        try service.fault()
        for endpoint in ["http://127.0.0.1:\(service.port)", "http://localhost:\(service.port)", "http://[::1]:1"] {
            let external = try await test.external { $0.endpoint = endpoint }
            let steps = await test.stores.test(external)
            #expect(steps.map(\.isGood) == [false])
            #expect(steps.first?.finding.contains("--allow-private-endpoints") == true, "\(steps)")
            await #expect(throws: CatalogError.self) { try await test.stores.store(of: external) }
        }
        #expect(try service.fault().requests.isEmpty)
    }
}
