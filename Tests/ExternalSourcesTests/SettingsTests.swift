import AccessModel
import Foundation
import LanternCatalog
import Logging
import Testing

@testable import ExternalSources

@Suite struct `what people enter` {
    private let test: TestSources
    private let external: ExternalSource

    init() async throws {
        test = try await TestSources()
        external = try await test.external()
    }

    @Test(arguments: [
        ("sync.c1z", "sync.c1z"), (" /sync.c1z ", "sync.c1z"), ("a b/ä+%20.c1z", "a b/ä+%20.c1z"),
        ("s3://bucket/baton-sync.c1z", "baton-sync.c1z"), ("s3://bucket/a%20b.c1z?region=eu-west-1", "a b.c1z"),
    ])
    func `names a file`(text: String, key: String) throws {
        #expect(try ObjectKey.parse(text, in: external) == key)
    }

    @Test(arguments: [
        ("", "enter one"), ("folder/", "is a folder"), ("s3://other/sync.c1z", "is in another bucket"),
        ("s3://bucket", "names no object"), ("a\u{1}b", "control"), (String(repeating: "a", count: 1025), "1024"),
    ])
    func `names no file`(text: String, problem: String) {
        let error = #expect(throws: CatalogError.self) { try ObjectKey.parse(text, in: external) }
        #expect(error?.description.hasPrefix("File name: ") == true)
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "arn:aws:iam::123456789012:role/LanternIntegration", "arn:aws-us-gov:iam::123456789012:role/path/of/it",
        "arn:aws-cn:iam::123456789012:role/x",
    ])
    func `names a role`(arn: String) throws { try RoleName.check(arn) }

    @Test(arguments: [
        "", "role/x", "arn:aws:iam::12345678901:role/x", "arn:aws:iam::1234567890123:role/x",
        "arn:aws:iam::123456789012:user/x", "arn:aws:iam::123456789012:role/", "arn:aws:sts::123456789012:role/x",
        "arn:azure:iam::123456789012:role/x", "arn:aws:iam::１２３４５６７８９０１２:role/x", "arn:aws:iam::123456789012:role/a b",
        "arn:aws:iam::123456789012:role/x\"},\"Action\":\"*",
    ])
    func `names no role`(arn: String) {
        #expect(throws: CatalogError.self) { try RoleName.check(arn) }
    }

    @Test func `is brought into its form, or refused by the name of its field`() throws {
        func checked(_ set: (inout ExternalSource.Settings) -> Void) throws -> ExternalSource.Settings {
            var settings = ExternalSource.Settings(.s3)
            settings.bucket = "my-bucket"
            set(&settings)
            return try test.stores.checked(settings)
        }
        #expect(try checked { $0.bucket = "s3://my-bucket/" }.bucket == "my-bucket")
        func problem(_ set: (inout ExternalSource.Settings) -> Void) -> String {
            do { _ = try checked(set) } catch { return "\(error)" }
            return ""
        }
        #expect(problem { $0.bucket = "a b" }.hasPrefix("S3 bucket: "))
        #expect(problem { $0.bucket = "" }.hasPrefix("S3 bucket: "))
        #expect(problem { $0.region = "x.example.com/" }.hasPrefix("S3 bucket region: "))
        #expect(problem { $0.endpoint = "s3.example.com" }.hasPrefix("Endpoint: "))
        for endpoint in ["https://x/$(id)", "https://x/\";id;\"", "http://[::1", "http://x:99999", "http://x/?q=1"] {
            #expect(problem { $0.endpoint = endpoint }.hasPrefix("Endpoint: "), "\(endpoint)")
        }
        #expect(problem { $0.endpoint = "https://key:secret@s3.example.com" }.hasPrefix("Endpoint: "))
        #expect(problem { $0.roleARN = "LanternIntegration" }.hasPrefix("Role ARN: "))
        #expect(problem { $0.access = .keys }.hasPrefix("Access key ID: "))
        #expect(problem { $0.endpoint = "https://s3.example.com:9000/base" } == "")
    }
}

@Suite struct `addresses in private networks` {
    @Test func `are looked up once, so that a name can't lead there later`() async throws {
        func addresses(_ endpoint: String, allowed: Bool = false) async throws -> [String: String] {
            let test = try await TestSources()
            let source = try await test.external { $0.endpoint = endpoint }
            return try await EndpointGuard(allowsPrivate: allowed).addresses(of: source)
        }
        #expect(try await addresses("https://8.8.4.4:9000/x") == ["8.8.4.4": "8.8.4.4"])
        #expect(try await addresses("https://[2600:1f00::1]") == ["[2600:1f00::1]": "2600:1f00:0:0:0:0:0:1"])
        #expect(try await addresses("http://localhost", allowed: true) == [:])
        #expect(try await addresses("") == [:])
    }

    @Test(
        arguments: [
            [127, 0, 0, 1], [10, 1, 2, 3], [172, 16, 0, 1], [172, 31, 255, 255], [192, 168, 1, 1],
            [169, 254, 169, 254],
            [100, 64, 0, 1], [0, 0, 0, 0], [224, 0, 0, 1], [255, 255, 255, 255], [192, 0, 0, 1], [198, 18, 0, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1],
            [0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, 169, 254, 169, 254],
            [0x20, 0x02, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        ] as [[UInt8]])
    func `are found`(address: [UInt8]) { #expect(PrivateAddress.contains(address)) }

    @Test(
        arguments: [
            [8, 8, 8, 8], [172, 32, 0, 1], [100, 128, 0, 1], [192, 167, 1, 1], [52, 216, 1, 1],
            [0x26, 0, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 8, 8, 8, 8],
        ] as [[UInt8]])
    func `are not others`(address: [UInt8]) { #expect(!PrivateAddress.contains(address)) }
}

@Suite struct `a sealed secret` {
    private let folder: DataFolder
    private let url = FileManager.default.temporaryDirectory.appending(path: "lantern-box-\(UUID().uuidString)")

    init() throws { folder = try DataFolder(url.path) }

    @Test func `is opened for its owner only, and only as it was`() throws {
        let box = try SecretBox(in: folder)
        let sealed = try box.seal("secret", of: "owner")
        #expect(sealed != (try box.seal("secret", of: "owner")))
        #expect(try SecretBox(in: folder).unseal(sealed, of: "owner") == "secret")
        #expect(throws: CatalogError.self) { try box.unseal(sealed, of: "other") }
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: CatalogError.self) { try box.unseal(changed, of: "owner") }
        }
        #expect(throws: CatalogError.self) { try box.unseal([], of: "owner") }
        let other = try DataFolder(url.path + "-other")
        try folder.copySecretKey(to: other)
        #expect(try SecretBox(in: other).unseal(sealed, of: "owner") == "secret")
        try Data("short".utf8).write(to: URL(filePath: folder.secretKey))
        #expect(throws: CatalogError.self) { try SecretBox(in: folder) }
    }
}
