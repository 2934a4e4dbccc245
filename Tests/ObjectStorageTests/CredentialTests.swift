import ConnectorKit
import Foundation
import PythonServices
import Testing

@testable import AWSCalls
@testable import ObjectStorage

@Suite(.enabled(if: BucketService.isThere, BucketService.absence), .serialized)
struct `credentials` {
    private let service: BucketService
    private let folder: URL

    init() async throws {
        service = try BucketService()
        folder = FileManager.default.temporaryDirectory.appending(path: "lantern-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Nothing but what a test sets.
    private let none: [String: String?] = ["AWS_ACCESS_KEY_ID": nil, "AWS_SECRET_ACCESS_KEY": nil]

    private func file(_ name: String, _ text: String) throws -> String {
        let url = folder.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    private func list(_ variables: [String: String?]) async throws {
        _ = try await service.bucket(none.merging(variables) { $1 }).list()
    }

    private func complaint(_ variables: [String: String?]) async throws -> String {
        do {
            try await list(variables)
            return ""
        } catch let error as StorageError { return error.description }
    }

    private static let keys = "aws_access_key_id = AKIATEST\naws_secret_access_key = secret/key+with=signs\n"

    @Test(arguments: [
        ("arn:aws:sts::123456789012:assumed-role/Server/i-0123", "arn:aws:iam::123456789012:role/Server"),
        ("arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:user/ann"),
        ("arn:aws:sts::123456789012:assumed-role/", "arn:aws:sts::123456789012:assumed-role/"), ("", ""),
    ]) func `are those of somebody whom a policy can name`(arn: String, principal: String) {
        #expect(SecurityTokens.principal(arn) == principal)
    }

    @Test func `come from profiles`() async throws {
        let shared = try file("credentials", "[default]\n\(Self.keys)[broken]\naws_access_key_id = AKIATEST\n")
        let config = try file(
            "config",
            """
            # what is here
            [profile told]
            credential_process = echo '{"Version": 1, "AccessKeyId": "AKIATEST", "SecretAccessKey": "'"$SECRET"'"}'
            [profile silent]
            credential_process = exit 3
            [profile person]
            sso_session = company
            [profile round]
            role_arn = arn:aws:iam::123456789012:role/x
            source_profile = again
            [profile again]
            role_arn = arn:aws:iam::123456789012:role/x
            source_profile = round
            [profile lost]
            role_arn = arn:aws:iam::123456789012:role/x
            """)
        let files = [
            "AWS_SHARED_CREDENTIALS_FILE": shared, "AWS_CONFIG_FILE": config, "SECRET": "secret/key+with=signs",
        ]
        func with(_ profile: String) -> [String: String?] { files.merging(["AWS_PROFILE": profile]) { $1 } }
        try await list(files.mapValues { $0 })
        try await list(with("told"))
        #expect(try await complaint(with("silent")).contains("its credential_process ended with status 3"))
        #expect(try await complaint(with("broken")).contains("no aws_secret_access_key"))
        #expect(try await complaint(with("person")).contains("IAM Identity Center"))
        #expect(try await complaint(with("round")).contains("in a circle"))
        #expect(try await complaint(with("lost")).contains("source_profile or credential_source"))
        #expect(try await complaint(with("nobody")).contains("there is no profile nobody"))
        let damaged = try file("damaged", "[default]\nthis is nothing\n")
        #expect(try await complaint(["AWS_CONFIG_FILE": damaged]).contains("damaged, line 2"))
    }

    @Test func `are lent with a role, for who knows its external ID`() async throws {
        try service.fault(["external_id": "x-123"])
        let config = try file(
            "config",
            """
            [default]
            \(Self.keys)
            [profile right]
            role_arn = arn:aws:iam::123456789012:role/reader
            source_profile = default
            external_id = x-123
            [profile wrong]
            role_arn = arn:aws:iam::123456789012:role/reader
            source_profile = default
            """)
        try await list(["AWS_CONFIG_FILE": config, "AWS_PROFILE": "right"])
        let refused = try await complaint(["AWS_CONFIG_FILE": config, "AWS_PROFILE": "wrong"])
        #expect(refused.contains("can't be taken on") && refused.contains("external ID"), "\(refused)")
        var settings = service.settings()
        settings.access = .role(arn: "arn:aws:iam::123456789012:role/reader", externalID: "x-123")
        _ = try await S3Bucket(settings).list()
        settings.access = .role(arn: "arn:aws:iam::123456789012:role/reader", externalID: "other")
        await #expect(throws: StorageError.self) { try await S3Bucket(settings).list() }
    }

    @Test func `are lent to a web identity`() async throws {
        let token = try file("token", "a.b.c\n")
        let role = ["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"]
        try await list(role.mapValues { $0 })
        #expect(try service.fault().requests.contains { $0.hasPrefix("POST /") })
        let gone = role.merging(["AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token"]) { $1 }
        #expect(try await complaint(gone.mapValues { $0 }).contains("/nowhere/token can't be read"))
    }

    @Test func `come from the container and the machine, and are got anew when they have expired`() async throws {
        let container: [String: String?] = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:\(service.port)/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-token",
        ]
        try service.fault(["expired": ["session-1"]])
        try await list(container)
        let seen = try service.fault(["expired": ["session-3"]])
        #expect(seen.requests.filter { $0 == "GET /container" }.count == 2)
        try await list([
            "AWS_EC2_METADATA_DISABLED": nil, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(service.port)",
        ])
        #expect(try service.fault().requests.contains("GET /latest/meta-data/iam/security-credentials/my-role"))
        let foreign: [String: String?] = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/x"]
        #expect(try await complaint(foreign).contains("come over https, or from this machine"))
        let nowhere: [String: String?] = [
            "AWS_EC2_METADATA_DISABLED": nil, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9",
        ]
        #expect(try await complaint(nowhere).contains("no AWS credentials"))
    }

    @Test func `are told apart from their secrets`() {
        let credentials = AWSCredentials(
            accessKeyID: "AKIA", secretAccessKey: .init("hidden"), sessionToken: .init("hidden"), from: "test")
        #expect(!"\(credentials)".contains("hidden"))
        var text = ""
        dump(credentials, to: &text)
        #expect(!text.contains("hidden"))
    }
}
