package import ConnectorHTTP
import ConnectorKit
import Crypto
import WireForm

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Signs requests (AWS Signature Version 4, in the header `Authorization`).
package struct SignatureV4 {
    private let credentials: AWSCredentials
    private let region: String
    private let service: String
    private let date: Date

    /// A signature of that moment.
    ///
    /// - Parameter service: as signatures name it, such as `s3` or `sts`.
    package init(credentials: AWSCredentials, region: String, service: String, date: Date) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.date = date
    }

    /// The hash of nothing.
    package static let emptyHash = hex(SHA256.hash(data: [UInt8]()))

    /// The fields to send: those given, and those that prove who sends them.
    ///
    /// - Parameters:
    ///   - query: names and values, not encoded.
    ///   - hash: the SHA-256 of the body in hexadecimal.
    package func fields(
        _ method: String, host: String, path: String, query: [(name: String, value: String)], _ fields: HeaderFields,
        hash: String
    ) -> HeaderFields {
        let time = CivilTime(unixSeconds: Int64(date.timeIntervalSince1970))
        let day = (time?.date ?? "").replacing("-", with: "")
        let moment = "\(day)T\((time?.timeOfDay ?? "").replacing(":", with: ""))Z"
        var all = fields
        all["X-Amz-Date"] = moment
        all["X-Amz-Content-Sha256"] = hash
        if let token = credentials.sessionToken { all["X-Amz-Security-Token"] = token.reveal() }
        var signed = all.map { (name: $0.name.lowercased(), value: Self.collapsed($0.value)) }
        signed.append((name: "host", value: host))
        signed.sort { $0.name < $1.name }
        let names = signed.map(\.name).joined(separator: ";")
        let canonical = [
            method, path, Self.canonical(query), signed.map { "\($0.name):\($0.value)\n" }.joined(), names, hash,
        ].joined(separator: "\n")
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = ["AWS4-HMAC-SHA256", moment, scope, Self.hex(SHA256.hash(data: Array(canonical.utf8)))]
            .joined(separator: "\n")
        let signature = Self.hex(Self.code(text, key: key(day)))
        all["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        return all
    }

    /// Parameters as they stand in the signature and in the address alike.
    package static func canonical(_ query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.strict($0.name), PercentEncoding.strict($0.value)) }
            .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
    }

    /// A path with each of its segments encoded.
    package static func encoded(path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { PercentEncoding.strict(String($0)) }
            .joined(separator: "/")
    }

    private func key(_ day: String) -> SymmetricKey {
        [day, region, service, "aws4_request"].reduce(
            SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey.reveal())".utf8))
        ) { key, part in
            SymmetricKey(data: Self.code(part, key: key))
        }
    }

    private static func code(_ text: String, key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    private static func collapsed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
