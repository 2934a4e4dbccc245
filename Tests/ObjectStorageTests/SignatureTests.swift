import ConnectorHTTP
import ConnectorKit
import Foundation
import Testing

@testable import AWSCalls
@testable import ObjectStorage

/// The examples of the service's documentation (Amazon S3 API Reference, "Signature Calculations for the Authorization Header").
@Suite struct `a signature` {
    private let signature = SignatureV4(
        credentials: AWSCredentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE",
            secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), from: "test"),
        region: "us-east-1", service: "s3", date: Date(timeIntervalSince1970: 1_369_353_600))

    private func signed(
        _ method: String, _ path: String, _ query: [(name: String, value: String)] = [], _ fields: HeaderFields = [:],
        hash: String = SignatureV4.emptyHash
    ) -> String {
        let all = signature.fields(
            method, host: "examplebucket.s3.amazonaws.com", path: SignatureV4.encoded(path: path), query: query, fields,
            hash: hash)
        return all["Authorization"]?.split(separator: "Signature=").last.map(String.init) ?? ""
    }

    @Test func `is that of the examples`() {
        #expect(
            signed("GET", "/test.txt", [], ["Range": "bytes=0-9"])
                == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        #expect(
            signed(
                "PUT", "/test$file.text", [],
                ["Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"],
                hash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
                == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
        #expect(
            signed("GET", "/", [("lifecycle", "")])
                == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
        #expect(
            signed("GET", "/", [("prefix", "J"), ("max-keys", "2")])
                == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }
}

@Suite struct `an address of an object` {
    @Test func `is read as connectors always read it`() throws {
        let plain = try S3Address(" s3://my-bucket/baton-sync.c1z\n")
        #expect(
            [plain.bucket, plain.key, plain.description] == [
                "my-bucket", "baton-sync.c1z", "s3://my-bucket/baton-sync.c1z",
            ])
        #expect(plain.accessKey == nil && plain.region == nil && plain.endpoint == nil)
        let full = try S3Address(
            "s3://AK%2FID:se%3Acret@bucket:443//a%20b/c d+e?region=eu-west-1&endpoint=http%3A%2F%2Flocalhost%3A9000")
        #expect(full.bucket == "bucket" && full.key == "/a b/c d+e")
        #expect(full.region == "eu-west-1" && full.endpoint == "http://localhost:9000")
        #expect(full.accessKey?.id == "AK/ID" && full.accessKey?.secret.reveal() == "se:cret")
        #expect(!"\(full)".contains("cret"))
    }

    @Test(arguments: [
        "", "s3:/b/k", "https://b/k", "s3://", "s3:///k", "s3://bucket", "s3://bucket/", "s3://KEY@bucket/k",
        "s3://KEY:@bucket/k", "s3://b/k", "s3://bu cket/k", "s3://-bucket/k",
    ])
    func `is refused with a reason`(text: String) {
        #expect(throws: StorageError.self) { try S3Address(text) }
    }
}
